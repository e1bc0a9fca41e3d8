import { featureGroups, sections } from './features.ts';

interface Group {
  readonly name: string;
  readonly rows: readonly { readonly id: string; readonly text: string; readonly page: string }[];
}

/** Each row of the feature list and the page that shows it. */
export const data: readonly Group[] = [];

export default {
  watch: ['../rules.json', '../**/*.md'],
  load(): typeof data {
    const shown = sections();
    return featureGroups().map(({ name, rules, names }) => ({
      name,
      rows: rules.flatMap((id) => {
        const page = shown.get(id)?.[0];
        return page ? [{ id, text: (names[id] ?? id).replaceAll('`', ''), page }] : [];
      }),
    }));
  },
};
