/** Response hooks (Requests: "Event Hooks"). */
import type { SendOptions } from './adapter.ts';
import { own } from './options.ts';
import type { Response } from './response.ts';

// biome-ignore lint/suspicious/noConfusingVoidType: a hook that returns nothing is the usual one.
type HookResult = Response | null | undefined | void;

/** Sees each response, redirects included, before its body is read; a returned response replaces it. May be async; an error rejects the call. */
export type Hook = (response: Response, options: SendOptions) => HookResult | Promise<HookResult>;

/** The hooks by event; the only event is `response`. */
export interface Hooks {
  response: Hook[];
}

/** What `hooks:` takes. */
export interface HooksInit {
  readonly response?: Hook | readonly Hook[] | null;
}

export const HOOKS: readonly ['response'] = ['response'];

export function defaultHooks(): Hooks {
  return { response: [] };
}

/** The hooks of `init` as lists; what is no function is left out. @throws TypeError for an unknown event, and for what is no object. */
export function toHooks(init: HooksInit | null | undefined): Hooks {
  const hooks = defaultHooks();
  if (!init) return hooks;
  for (const [event, value] of Object.entries(own(init, 'hooks'))) {
    checkEvent(event);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    hooks.response.push(...list.filter((hook): hook is Hook => typeof hook === 'function'));
  }
  return hooks;
}

/** @throws TypeError naming the event. */
export function checkEvent(event: string): asserts event is 'response' {
  if (event !== 'response') throw new TypeError(`Unsupported event specified, with event name "${event}"`);
}

/** Calls the hooks in order, each with what the one before returned, if anything. */
export async function dispatchHook(
  hooks: readonly Hook[],
  response: Response,
  options: SendOptions,
): Promise<Response> {
  let current = response;
  for (const hook of hooks) current = (await hook(current, options)) ?? current;
  return current;
}

/** Adds one hook or several to an event. @throws TypeError for an unknown event. */
export function registerHook(hooks: Hooks, event: string, hook: Hook | readonly Hook[]): void {
  hooks.response.push(...toHooks({ [event]: hook }).response);
}

/** Removes a hook; true when it was there. @throws TypeError for an unknown event. */
export function deregisterHook(hooks: Hooks, event: string, hook: Hook): boolean {
  checkEvent(event);
  const at = hooks.response.indexOf(hook);
  if (at >= 0) hooks.response.splice(at, 1);
  return at >= 0;
}
