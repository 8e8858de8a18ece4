import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface FakePlug {
  readonly address: string;
  /** Headers of the last question. */
  readonly asked: { authorization?: string | undefined; path?: string | undefined; times: number };
}

/** A plug on this machine. What `reply` gives is sent as JSON; a text as it is; a number is a status without a body. */
export async function fakePlug(reply: () => unknown): Promise<FakePlug> {
  const asked: FakePlug["asked"] = { times: 0 };
  const server = createServer((request, response) => {
    asked.authorization = request.headers.authorization;
    asked.path = request.url;
    asked.times += 1;
    const body = reply();
    if (typeof body === "number") response.writeHead(body).end();
    else response.end(typeof body === "string" ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
