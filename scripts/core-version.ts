/**
 * Writes the version of core's package.json where core has it for its programs (`VERSION`, and with it the User-Agent).
 *
 *     node scripts/core-version.ts
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, root } from './repository.ts';

const core = join(root, 'packages/core');
const { version }: Manifest = JSON.parse(readFileSync(join(core, 'package.json'), 'utf8'));
const path = join(core, 'src/version.ts');
const text = readFileSync(path, 'utf8');
const written = text.replace(/(?<=VERSION: string = ')[^']+/, version);
if (!written.includes(`'${version}'`)) throw new Error(`${path} has no VERSION to write`);
writeFileSync(path, written);
