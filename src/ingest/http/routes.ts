/** One way in for events. */
export interface IngestRoute {
  readonly path: string;
  /** Its name in the API document. */
  readonly operationId: string;
  /** Which client uses it; for the API page. */
  readonly summary: string;
  /** What its body is. */
  readonly takes: 'call' | 'batch' | 'posthog';
}

const calls = ['track', 'identify', 'group', 'page', 'screen', 'alias'];

function callRoute(call: string): IngestRoute {
  const operationId = `send${call.charAt(0).toUpperCase()}${call.slice(1)}`;
  return { path: `/v1/${call}`, operationId, summary: `One ${call} call (Segment HTTP API).`, takes: 'call' };
}

function shortRoute(call: string): IngestRoute {
  const { operationId } = callRoute(call);
  const summary = `One ${call} call (Segment browser library).`;
  return { path: `/v1/${call.charAt(0)}`, operationId: `${operationId}Short`, summary, takes: 'call' };
}

const batches: readonly IngestRoute[] = [
  {
    path: '/v1/batch',
    operationId: 'sendBatch',
    summary: 'Many calls (Segment and RudderStack libraries).',
    takes: 'batch',
  },
  {
    path: '/v1/b',
    operationId: 'sendBatchShort',
    summary: 'Many calls (Segment browser library, batching).',
    takes: 'batch',
  },
  {
    path: '/v1/import',
    operationId: 'sendImport',
    summary: 'Many calls (Segment libraries for Ruby and Java).',
    takes: 'batch',
  },
  {
    path: '/v1/m',
    operationId: 'sendClientMetrics',
    summary: 'Metrics of the Segment browser library about itself: taken and dropped.',
    takes: 'call',
  },
];

const posthog: readonly IngestRoute[] = [
  {
    path: '/batch',
    operationId: 'sendPostHogBatch',
    summary: 'Many events (PostHog libraries).',
    takes: 'posthog',
  },
  {
    path: '/capture',
    operationId: 'sendPostHogCapture',
    summary: 'One or many events (PostHog libraries).',
    takes: 'posthog',
  },
  {
    path: '/e',
    operationId: 'sendPostHogEvents',
    summary: 'One or many events (PostHog browser library).',
    takes: 'posthog',
  },
  {
    path: '/i/v0/e',
    operationId: 'sendPostHogEventsV0',
    summary: 'One or many events (PostHog browser library).',
    takes: 'posthog',
  },
];

/** All paths that take events. Each also works with a slash at the end; some clients send one. */
export const ingestRoutes: readonly IngestRoute[] = [
  ...calls.map(callRoute),
  ...calls.map(shortRoute),
  ...batches,
  ...posthog,
];
