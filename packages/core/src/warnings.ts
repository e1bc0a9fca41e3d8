/** The part of Node's `process` that warnings use, where there is one. */
interface WarningSink {
  emitWarning?(message: string, type: string): void;
}

/** Tells the developer something without failing the request: through `process.emitWarning` where it exists, else the console. */
export function emitWarning(message: string, type: string): void {
  const { process } = globalThis as { process?: WarningSink };
  if (process?.emitWarning) process.emitWarning(message, type);
  else console.warn(`${type}: ${message}`);
}
