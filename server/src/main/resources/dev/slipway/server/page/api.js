/** The routes of the server that this page uses; the same that any client has. */
import { parse } from "./json.js";

const KEY = "slipway-key";

/** The key or token of whoever looks at the page: in this tab only, gone with it. */
export const access = {
  key: () => sessionStorage.getItem(KEY) ?? "",
  use: (key) => sessionStorage.setItem(KEY, key),
  forget: () => sessionStorage.removeItem(KEY),
};

/** The server said no: its status, its text, and what it found where. */
export class Refused extends Error {
  constructor(status, text, detail) {
    super(text);
    this.status = status;
    this.detail = detail;
  }
}

/** Asks; text in, text out. Throws {@link Refused}, or an Error if nothing answers. */
async function ask(path, body) {
  const headers = { accept: "application/json" };
  if (access.key() !== "") {
    headers.authorization = `Bearer ${access.key()}`;
  }
  if (body !== undefined) {
    headers["content-type"] = "application/json";
  }
  let response;
  let text;
  try {
    response = await fetch(path, { method: body === undefined ? "GET" : "POST", headers, body, cache: "no-store" });
    text = await response.text();
  } catch (e) {
    throw new Error("the server does not answer", { cause: e });
  }
  if (!response.ok) {
    throw refusal(response.status, text);
  }
  return text;
}

function refusal(status, text) {
  try {
    const { error, detail } = JSON.parse(text);
    return new Refused(status, error ?? `status ${status}`, detail ?? []);
  } catch {
    return new Refused(status, text || `status ${status}`, []);
  }
}

const read = async (path, body) => parse(await ask(path, body));
const address = (name, version) => `/v2/models/${encodeURIComponent(name)}/versions/${encodeURIComponent(version)}`;

/** Name and version of the server. */
export const server = () => read("/v2");

/** State and numbers of every version of every model. */
export const stats = async () => (await read("/stats")).models;

/** Names, types and shapes of what goes in and comes out. */
export const metadata = (name, version) => read(address(name, version));

/** The description of the server, with examples that have been answered. */
export const openApi = () => read("/openapi.json");

/** Sends a request as it stands; the answer as text. */
export const predict = (path, body) => ask(path, body);
