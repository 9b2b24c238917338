import { createTransport } from 'nodemailer';

/** Sends mail. */
export interface Post {
  send(letter: Letter): Promise<void>;
  close(): void;
}

/** A mail of plain text to one person. */
export interface Letter {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Mail by SMTP, `smtp://user:password@host:587` or `smtps://…`. It reads no file and fetches no address for a mail. */
export function smtpPost(url: string, from: string): Post {
  const transport = createTransport(
    {
      url,
      pool: true,
      disableFileAccess: true,
      disableUrlAccess: true,
      connectionTimeout: 15_000,
      socketTimeout: 30_000,
    },
    { from },
  );
  return {
    send: async ({ to, subject, text }) => {
      // An object, not a text: a comma in an address must not make two of it.
      await transport.sendMail({ to: { name: '', address: to }, subject, text });
    },
    close: () => transport.close(),
  };
}
