import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useStores } from '../../test/support/engines.ts';
import { goodPassword, newAdmin, openBrowser, tokenOf } from '../api/access.testing.ts';
import { openTestRapport, type TestRapport } from '../app/rapport.testing.ts';

const stores = useStores();
const mails: Email[] = [];
let post: SMTPServer;
let rapport: TestRapport;

beforeAll(async () => {
  post = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        void receive(Buffer.concat(chunks), done);
      });
    },
  });
  await new Promise<void>((resolve) => post.listen(0, '127.0.0.1', resolve));
  const address = post.server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  rapport = await openTestRapport(stores, {
    flags: { smtpUrl: `smtp://127.0.0.1:${port}`, mailFrom: 'Rapport <post@example.com>' },
  });
});
afterAll(async () => {
  await rapport.close();
  await new Promise<void>((resolve) => post.close(resolve));
});

async function receive(raw: Buffer, done: () => void): Promise<void> {
  mails.push(await PostalMime.parse(raw));
  done();
}

const linkIn = (mail: Email | undefined): string => /https?:\S+#\S+/.exec(mail?.text ?? '')?.[0] ?? '';

describe('mail', () => {
  it('brings an invitation, and using it shows that the address is theirs', async () => {
    const admin = await newAdmin(rapport, 'ada@example.com');
    const { body } = await admin.send('POST', '/api/invitations', { email: 'ivy@example.com' });
    expect(body['mailed']).toBe(true);
    expect(mails.at(-1)).toMatchObject({
      from: { address: 'post@example.com' },
      to: [{ address: 'ivy@example.com' }],
      subject: 'Join Default on Rapport',
    });
    expect(linkIn(mails.at(-1))).toBe(body['link']);
    const accept = { token: tokenOf(body['link']), password: goodPassword };
    await openBrowser(rapport.url).send('POST', '/api/invitations/accept', accept);
    const row = await stores.state.everywhere((db) =>
      db.selectFrom('auth_user').select('email_verified').where('email', '=', 'ivy@example.com').executeTakeFirst(),
    );
    expect(row).toEqual({ email_verified: true });
  });

  it('brings a way to a new password, of which only the newest works, and to nobody else', async () => {
    const count = mails.length;
    const forgotten = (email: string) => openBrowser(rapport.url).send('POST', '/api/password/forgotten', { email });
    const [known, unknown] = [await forgotten('ivy@example.com'), await forgotten('nobody@example.com')];
    expect([known.status, known.body]).toEqual([unknown.status, unknown.body]);
    await forgotten('ivy@example.com');
    await expect.poll(() => mails.length, { timeout: 5_000 }).toBe(count + 2);
    const [first, second] = mails.slice(count).map((mail) => tokenOf(linkIn(mail)));
    const reset = (token: string | undefined) =>
      openBrowser(rapport.url).send('POST', '/api/password/reset', { token, password: 'a new password' });
    const statuses = [(await reset(first)).status, (await reset(second)).status];
    expect(statuses.toSorted((left, right) => left - right)).toEqual([200, 404]);
    const back = { email: 'ivy@example.com', password: 'a new password' };
    expect((await openBrowser(rapport.url).send('POST', '/api/sign-in', back)).status).toBe(200);
  });

  it('is not sent without end to one address', async () => {
    const ask = () => openBrowser(rapport.url).send('POST', '/api/password/forgotten', { email: 'ada@example.com' });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 5; attempt++) statuses.push((await ask()).status);
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
  });

  it('has no header that somebody wrote into a name', async () => {
    const admin = openBrowser(rapport.url);
    await admin.send('POST', '/api/sign-in', { email: 'ada@example.com', password: goodPassword });
    const name = 'Ada\r\nBcc: evil@example.com\r\n\r\nhttps://evil.example';
    await admin.send('PATCH', '/api/me', { name });
    await admin.send('POST', '/api/invitations', { email: 'zoe@example.com' });
    const mail = mails.at(-1);
    expect(mail?.bcc).toBeUndefined();
    expect(mail?.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(mail?.text).not.toMatch(/^(?:Bcc|https:..evil)/m);
  });
});
