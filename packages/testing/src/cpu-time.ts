/**
 * CPU time that this thread has used, in milliseconds: for tests that bound how long something takes, on a machine that is doing other things too.
 */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
