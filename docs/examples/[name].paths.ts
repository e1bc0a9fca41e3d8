import { examples } from '../site/repository.ts';

interface Page {
  readonly params: { readonly name: string };
  readonly content: string;
}

/** A page per example: what it does, and the whole file. */
export default {
  watch: ['../../examples/*.ts'],
  paths(): Page[] {
    return examples().map(({ name, about, code }) => ({
      params: { name },
      content: `# ${name}\n\n${about}\n\n\`\`\`ts [examples/${name}.ts]\n${code}\n\`\`\`\n\n${run(name)}`,
    }));
  },
};

function run(name: string): string {
  return `The tests run this file as it stands, against a server of their own. In a clone, \`BASE_URL\` names another server:\n\n\`\`\`sh\nnode --conditions=@requests-ts/source examples/${name}.ts\n\`\`\`\n`;
}
