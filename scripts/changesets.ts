/** One file of `.changeset/`: what the changelogs of which packages will say. */
export interface Changeset {
  /** `major`, `minor` or `patch`, by package name. */
  readonly bumps: ReadonlyMap<string, string>;
  readonly text: string;
}

/** Reads the text of such a file; undefined for one that is none, such as the folder's README. */
export function parseChangeset(text: string): Changeset | undefined {
  const [, front, body] = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text) ?? [];
  if (front === undefined || body === undefined) return undefined;
  const bumps = front.split(/\r?\n/).map((line) => /^['"]?([^'"]+?)['"]?:\s*(major|minor|patch)\s*$/.exec(line));
  const read = bumps.flatMap((match) => (match ? [[match[1] ?? '', match[2] ?? ''] as const] : []));
  if (read.length < bumps.length) throw new SyntaxError(`not the front matter of a changeset:\n${front}`);
  return { bumps: new Map(read), text: body.trim() };
}

/** The version that packages with one version get from these bumps. */
export function nextVersion(version: string, bumps: Iterable<string>): string {
  const all = new Set(bumps);
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  if (all.has('major')) return `${major + 1}.0.0`;
  if (all.has('minor')) return `${major}.${minor + 1}.0`;
  return all.has('patch') ? `${major}.${minor}.${patch + 1}` : version;
}

/** What a changelog says about one version, without its heading; undefined when it has no such heading. */
export function changelogSection(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## (.+)$/m);
  const at = sections.findIndex((text, index) => index % 2 === 1 && text.trim() === version);
  return at < 0 ? undefined : sections[at + 1];
}
