import { Console } from 'node:console';
import { styleText } from 'node:util';

/** Colours a text where a terminal wants it: not in a file or a pipe, and not with NO_COLOR. */
export function colour(style: Parameters<typeof styleText>[0], text: string): string {
  return styleText(style, text, { stream: process.stdout, validateStream: true });
}

/** Prints answers indented below the code that asked. */
export const console: Console = new Console({ stdout: process.stdout, stderr: process.stderr, groupIndentation: 4 });
