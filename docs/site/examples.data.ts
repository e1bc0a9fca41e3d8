import { type Example, examples } from './repository.ts';

/** What the page of the examples lists. */
export const data: readonly Omit<Example, 'code'>[] = [];

export default {
  watch: ['../../examples/*.ts'],
  load: (): typeof data => examples().map(({ name, about }) => ({ name, about })),
};
