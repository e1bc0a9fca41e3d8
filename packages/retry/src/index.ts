/** Retries requests that are safe to repeat, waiting as the server asks. */
export { RetryBudget, type RetryBudgetOptions } from './budget.ts';
export { MaxRetryError } from './errors.ts';
export { Retry, type RetryResponse } from './policy.ts';
export { RetryAdapter, type RetryAdapterOptions, type RetryEvent } from './retry-adapter.ts';
export type { RequestHistory, RetryCount, RetryOptions } from './retry-options.ts';
