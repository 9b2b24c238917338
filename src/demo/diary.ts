import type { ImportMessage } from '../ingest/import/message.ts';

/** A message of the demo: what an SDK, a support tool or a survey tool of the company would have sent. */
export type Message = ImportMessage;

type Fields = Extract<Message, { type: 'track' }>['properties'];

/** Writes down what happens to one account. Ids count up, so the same story has the same ids. */
export class Diary {
  readonly messages: Message[] = [];
  readonly account: string;
  readonly #to: number;
  #count = 0;

  /** Nothing after `to` is written: it has not happened yet. `account` also makes the ids. */
  constructor(account: string, to: number) {
    this.account = account;
    this.#to = to;
  }

  track(time: number, person: string, event: string, properties: Fields = {}): void {
    this.#write(time, (common) => ({
      type: 'track',
      event,
      properties,
      userId: person,
      context: { groupId: this.account },
      ...common,
    }));
  }

  identify(time: number, person: string, traits: Fields): void {
    this.#write(time, (common) => ({
      type: 'identify',
      traits,
      userId: person,
      context: { groupId: this.account },
      ...common,
    }));
  }

  /** Traits of the account, or with a person and no traits: the person joins it. */
  group(time: number, traits: Fields, person?: string): void {
    const who = person === undefined ? {} : { userId: person };
    this.#write(time, (common) => ({ type: 'group', groupId: this.account, traits, ...who, ...common }));
  }

  #write(time: number, make: (common: { messageId: string; timestamp: string }) => Message): void {
    const id = this.#count++; // counted even when left out, so that ids do not depend on the border
    if (time > this.#to) return;
    this.messages.push(make({ messageId: `demo-${this.account}-${id}`, timestamp: new Date(time).toISOString() }));
  }
}
