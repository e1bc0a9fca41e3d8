/** The list of features, and the pages that say which of its rows they show. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, source } from './repository.ts';
import { rowIds } from './row-anchors.ts';

export interface FeatureGroup {
  readonly name: string;
  /** `M1`, `S1` and so on. */
  readonly rules: readonly string[];
  readonly names: Readonly<Record<string, string>>;
}

const prefix = 'Feature: ';

/** The groups of docs/rules.json that are features. */
export function featureGroups(): FeatureGroup[] {
  const { groups }: { groups: FeatureGroup[] } = JSON.parse(source('docs/rules.json'));
  return groups
    .filter(({ name }) => name.startsWith(prefix))
    .map(({ name, rules, names }) => ({ name: name.slice(prefix.length), rules, names }));
}

/** The pages that show each row, as paths of the site. */
export function sections(): Map<string, string[]> {
  const shown = new Map<string, string[]>();
  for (const folder of ['', 'guide/', 'advanced/', 'migration/']) {
    for (const file of readdirSync(join(root, 'docs', folder)).filter((name) => name.endsWith('.md'))) {
      const page = `/${folder}${file.slice(0, -3)}`;
      for (const id of rowIds(source(`docs/${folder}${file}`))) shown.set(id, [...(shown.get(id) ?? []), page]);
    }
  }
  return shown;
}
