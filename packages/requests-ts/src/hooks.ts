export { defaultHooks, dispatchHook, HOOKS } from '@requests-ts/core/authors';
