import { z } from 'zod';

/* What many sections of the authored form share. */

export const condition = z.string().describe('A condition: an expression that is true or false.');
export const event = z.string().describe('Name of an event of the catalog.');
export const duration = z
  .string()
  .describe('A duration: a number and one of ms, s, m, h, d, w. A day is 24 hours.')
  .meta({ examples: ['28d'] });
export const events = z
  .union([event, z.array(event).min(1)], { error: 'an event, a list of events, `any` or `key`' })
  .describe('An event, a list of events, `any` (every track, page and screen event) or `key` (the key events).');
export const touch = z
  .enum(['high', 'low', 'self'])
  .describe('Who acts: people (high), automation (low), the customer (self).');
