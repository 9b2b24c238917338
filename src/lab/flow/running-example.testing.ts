/**
 * The log of six requests for compensation that process mining teaches with (van der Aalst, Process Mining, 2011, table 2.1):
 * of each case what was done when, local time.
 */
export const runningExample: readonly (readonly (readonly [activity: string, at: string])[])[] = [
  [
    ['register request', '2010-12-30T11:02'],
    ['examine thoroughly', '2010-12-31T10:06'],
    ['check ticket', '2011-01-05T15:12'],
    ['decide', '2011-01-06T11:18'],
    ['reject request', '2011-01-07T14:24'],
  ],
  [
    ['register request', '2010-12-30T11:32'],
    ['check ticket', '2010-12-30T12:12'],
    ['examine casually', '2010-12-30T14:16'],
    ['decide', '2011-01-05T11:22'],
    ['pay compensation', '2011-01-08T12:05'],
  ],
  [
    ['register request', '2010-12-30T14:32'],
    ['examine casually', '2010-12-30T15:06'],
    ['check ticket', '2010-12-30T16:34'],
    ['decide', '2011-01-06T09:18'],
    ['reinitiate request', '2011-01-06T12:18'],
    ['examine thoroughly', '2011-01-06T13:06'],
    ['check ticket', '2011-01-08T11:43'],
    ['decide', '2011-01-09T09:55'],
    ['pay compensation', '2011-01-15T10:45'],
  ],
  [
    ['register request', '2011-01-06T15:02'],
    ['check ticket', '2011-01-07T12:06'],
    ['examine thoroughly', '2011-01-08T14:43'],
    ['decide', '2011-01-09T12:02'],
    ['reject request', '2011-01-12T15:44'],
  ],
  [
    ['register request', '2011-01-06T09:02'],
    ['examine casually', '2011-01-07T10:16'],
    ['check ticket', '2011-01-08T11:22'],
    ['decide', '2011-01-10T13:28'],
    ['reinitiate request', '2011-01-11T16:18'],
    ['check ticket', '2011-01-14T14:33'],
    ['examine casually', '2011-01-16T15:50'],
    ['decide', '2011-01-19T11:18'],
    ['reinitiate request', '2011-01-20T12:48'],
    ['examine casually', '2011-01-21T09:06'],
    ['check ticket', '2011-01-21T11:34'],
    ['decide', '2011-01-23T13:12'],
    ['reject request', '2011-01-24T14:56'],
  ],
  [
    ['register request', '2011-01-06T15:02'],
    ['examine casually', '2011-01-06T16:06'],
    ['check ticket', '2011-01-07T16:22'],
    ['decide', '2011-01-07T16:52'],
    ['pay compensation', '2011-01-16T11:47'],
  ],
];
