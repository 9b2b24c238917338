import { formatDuration } from '../../lib/duration.ts';
import type { EventTest, Moment } from '../../model/resolved-moments.ts';
import type { ResolvedModel } from '../../model/resolved.ts';
import type { EventBody } from '../routes/event-rows.ts';
import type { AppealsBody, EvidenceBody, OccurrenceBody } from './shapes.ts';

/** Most properties of an event that a sentence names. */
const mostProperties = 3;

/** The moment of an occurrence, in the model that is live now. */
export function momentOf(model: ResolvedModel | null, id: string): Moment | null {
  return model?.moments.find((one) => one.id === id) ?? null;
}

/** The appeals of a moment. */
export function appealsOf(moment: Moment | null): AppealsBody {
  return moment?.appeals ?? { ethos: null, pathos: null, logos: null };
}

/** What an occurrence rests on, in one sentence, with the events of which it speaks. */
export function evidenceOf(
  one: OccurrenceBody,
  model: ResolvedModel | null,
  found: ReadonlyMap<string, EventBody>,
): EvidenceBody {
  const ids = eventsBehind(one);
  const events = ids.flatMap((id) => {
    const event = found.get(id);
    return event === undefined ? [] : [event];
  });
  return {
    text: sentence(one, model, found),
    events: events.map(({ id, name, time, person, properties }) => ({ id, name, time, person, properties })),
  };
}

/** Ids of the events that caused and that ended an occurrence. */
export function eventsBehind({ cause, endedBy }: OccurrenceBody): readonly string[] {
  const ended = endedBy?.kind === 'event' ? endedBy['event'] : endedBy?.['interaction'];
  return [...(cause.kind === 'event' ? [cause.event] : []), ...(typeof ended === 'string' ? [ended] : [])];
}

function sentence(one: OccurrenceBody, model: ResolvedModel | null, found: ReadonlyMap<string, EventBody>): string {
  const { cause } = one;
  const moment = momentOf(model, one.moment);
  switch (cause.kind) {
    case 'phase': {
      const label = model?.phases.find(({ id }) => id === cause.phase)?.label ?? cause.phase;
      return `The phase ${label} began on ${day(cause.at)}.`;
    }
    case 'date':
      return `Its date is ${cause.local.replace('T', ' ')} where the account is.`;
    case 'event': {
      const event = found.get(cause.event);
      return event === undefined
        ? `An event of ${day(cause.at)} asks for it.`
        : `${event.name} on ${day(event.time)}${propertiesOf(event)}.`;
    }
    case 'absence': {
      const trigger = moment?.trigger.kind === 'absence' ? moment.trigger : null;
      const length = trigger === null ? '' : ` for ${formatDuration(trigger.for)}`;
      return `No ${trigger === null ? 'sign' : namesOf(trigger.test)}${length}, since ${day(cause.since)}.`;
    }
    case 'condition': {
      const line = moment === null ? '' : ` (${moment.at.file}:${moment.at.line})`;
      return `Its condition${line} came true on ${day(cause.at)}.`;
    }
    case 'hand':
      return `${cause.by} opened it on ${day(cause.at)}.`;
  }
}

/** What could be done now, and what completes it. */
export function nextStepOf(one: OccurrenceBody, moment: Moment | null): string {
  if (one.state === 'planned') return `Nothing yet: it opens on ${day(one.opensAt)}.`;
  if (one.state !== 'open') return 'Nothing: it has ended.';
  if (one.playbook !== null) return `Nothing: the playbook ${one.playbook} does it.`;
  const done = moment?.done ?? null;
  const when =
    done === null
      ? 'Write down what came of it when it is done.'
      : done.kind === 'event'
        ? `It is done with the next ${namesOf(done.test)}, or when you say so.`
        : 'It is done when its condition holds, or when you say so.';
  const appeal = moment?.appeals.pathos ?? moment?.appeals.logos ?? moment?.appeals.ethos ?? null;
  return appeal === null ? when : `You could begin with this: ${appeal}. ${when}`;
}

function namesOf({ events }: EventTest): string {
  return events === null ? 'event' : events.join(' or ');
}

function propertiesOf({ properties }: EventBody): string {
  const told = Object.entries(properties)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && String(value).length <= 60)
    .slice(0, mostProperties)
    .map(([name, value]) => `${name} ${String(value)}`);
  return told.length === 0 ? '' : `: ${told.join(', ')}`;
}

function day(iso: string): string {
  return iso.slice(0, 10);
}
