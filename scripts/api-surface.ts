import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isIdentifier, isSourceFile, isVariableStatement, type Node } from 'typescript/unstable/ast';
import { API, type Checker, type Project, SymbolFlags, type Symbol as TypeSymbol } from 'typescript/unstable/sync';
import { withTemporaryFolder } from './temporary-folder.ts';

/** What an entry of a package declares to its users. */
export interface Surface {
  /** Declarations that are exported, without comments, by name. */
  readonly exported: readonly string[];
  /** Declarations of the same package that those are written with, though no entry exports them. */
  readonly hidden: readonly string[];
}

/** Reads declaration files with the compiler's own eyes: what is exported, through whatever re-exports, and what that refers to. */
export async function readSurfaces(paths: readonly string[]): Promise<Surface[]> {
  return withTemporaryFolder('api-', async (folder) => {
    const config = join(folder, 'tsconfig.json');
    const compilerOptions = { module: 'nodenext', target: 'es2024', types: [], noEmit: true };
    writeFileSync(config, JSON.stringify({ compilerOptions, files: paths }));
    const api = new API();
    try {
      const project = api.updateSnapshot({ openProjects: [config] }).getProject(config);
      if (!project) throw new Error(`TypeScript does not open ${config}`);
      const entries = paths.map((path) => readEntry(project, path));
      return entries.map((entry) => readSurface(entry, entries, project.checker));
    } finally {
      api.close();
    }
  });
}

/** What one declaration file exports. */
interface Entry {
  /** The folder of the package's declarations, with a slash at the end. */
  readonly home: string;
  readonly exports: readonly (readonly [name: string, symbol: TypeSymbol])[];
}

function readEntry({ checker, program }: Project, path: string): Entry {
  const file = program.getSourceFile(path);
  const module = file && checker.getSymbolAtLocation(file);
  if (!module) throw new Error(`${path} is ${file ? 'no module' : 'not there: run pnpm build'}`);
  return {
    home: path.slice(0, path.lastIndexOf('/dist/') + '/dist/'.length),
    exports: members(module, checker),
  };
}

function members(module: TypeSymbol, checker: Checker): (readonly [name: string, symbol: TypeSymbol])[] {
  return checker.getExportsOfModule(module).map((symbol) => [symbol.name, resolve(symbol, checker)] as const);
}

function readSurface({ home, exports }: Entry, entries: readonly Entry[], checker: Checker): Surface {
  const siblings = entries.filter((entry) => entry.home === home);
  const known = new Set(siblings.flatMap((entry) => entry.exports.map(([, symbol]) => symbol.id)));
  const hidden: TypeSymbol[] = [];
  const nodes = exports.map(([name, symbol]) => [name, symbol, declarations(symbol)] as const);
  const queue = nodes.flatMap(([, , declared]) => declared.filter((node) => isIn(node, home)));
  const reach = (symbol: TypeSymbol): void => {
    const declared = declarations(symbol).filter((one) => isIn(one, home) && isTopLevel(one));
    if (known.has(symbol.id) || declared.length === 0) return;
    known.add(symbol.id);
    hidden.push(symbol);
    queue.push(...declared);
  };
  for (const [, symbol, [first]] of nodes) {
    if (first && isSourceFile(first)) for (const member of members(symbol, checker)) reach(member[1]);
  }
  for (let node = queue.shift(); node; node = queue.shift()) {
    for (const symbol of references(node, checker)) reach(symbol);
  }
  return {
    exported: nodes.map(([name, symbol, declared]) => write(name, symbol, declared, home, checker)).sort(byName),
    hidden: hidden.map((symbol) => write(symbol.name, symbol, declarations(symbol), home, checker)).sort(byName),
  };
}

function resolve(symbol: TypeSymbol, checker: Checker): TypeSymbol {
  return symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The statements that declare it; the file, of a namespace that is one. */
function declarations(symbol: TypeSymbol): Node[] {
  return symbol.declarations.flatMap((handle) => {
    const node = handle.resolve();
    if (!node) return [];
    const statement = node.parent?.parent;
    return [statement && isVariableStatement(statement) ? statement : node];
  });
}

function isIn(node: Node, folder: string): boolean {
  return node.getSourceFile().fileName.startsWith(folder);
}

function isTopLevel(node: Node): boolean {
  return node.parent !== undefined && isSourceFile(node.parent);
}

/** What a declaration mentions. */
function references(declaration: Node, checker: Checker): TypeSymbol[] {
  if (isSourceFile(declaration)) return [];
  const names: Node[] = [];
  const visit = (node: Node): void => {
    if (isIdentifier(node)) names.push(node);
    node.forEachChild(visit);
  };
  visit(declaration);
  return checker.getSymbolAtLocation(names).flatMap((symbol) => (symbol ? [resolve(symbol, checker)] : []));
}

function write(name: string, symbol: TypeSymbol, declared: readonly Node[], home: string, checker: Checker): string {
  const [first] = declared;
  const from = first && origin(first.getSourceFile().fileName, home);
  if (!first || from !== undefined) return `export { ${name} } from '${from}';`;
  if (isSourceFile(first)) {
    const names = members(symbol, checker).map(([member]) => member);
    return `export declare namespace ${name} {\n    export { ${names.sort().join(', ')} };\n}`;
  }
  const renamed = name === symbol.name ? [] : [`// exported as ${name}`];
  return [...renamed, ...declared.map(bare)].join('\n');
}

/** The package that a foreign declaration comes from; undefined for one of our own. */
function origin(path: string, home: string): string | undefined {
  if (path.startsWith(home)) return undefined;
  const [, sibling] = /\/packages\/([^/]+)\/dist\//.exec(path) ?? [];
  if (sibling) return sibling === 'requests-ts' ? sibling : `@requests-ts/${sibling}`;
  return /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path;
}

/** The text of a declaration without its comments. */
function bare(node: Node): string {
  const text = node.getText().replace(/\/\*[\s\S]*?\*\//g, '');
  return text.replace(/[ \t]+$/gm, '').replace(/\n{2,}/g, '\n');
}

/** By what is declared, whatever keywords stand in front. */
function byName(a: string, b: string): number {
  const key = (text: string): string =>
    text.replace(
      /^(?:\/\/.*\n|export |declare |default |abstract |class |namespace |interface |type |function |const |let |\{ )+/,
      '',
    );
  return key(a) < key(b) ? -1 : 1;
}
