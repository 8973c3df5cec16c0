/** The request at hand as a command and as a program. */
import { access } from "./api.js";
import { h, newId } from "./dom.js";
import { bytes } from "./format.js";

/** A longer body is better kept in a file. */
const MAX_SHOWN = 4000;
const FILE = "request.json";

/** For the shell: nothing has a meaning between single quotes but these. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/** The key of whoever looks at the page is never part of what is to be copied. */
function curl({ url, shown, inFile, secured }) {
  return [
    `curl ${quoted(url)}`,
    ...(secured ? ['-H "authorization: Bearer $SLIPWAY_KEY"'] : []),
    `-H 'content-type: application/json'`,
    inFile ? `--data-binary @${FILE}` : `-d ${quoted(shown)}`,
  ].join(" \\\n  ");
}

/** Java's own escapes, and no end of the text block. */
const block = (text) => text.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"');

function java({ url, shown, inFile, secured }) {
  const lines = block(shown).split("\n").map((line) => `                ${line}`).join("\n");
  const publisher = inFile ? `BodyPublishers.ofFile(Path.of("${FILE}"))` : "BodyPublishers.ofString(body)";
  return `import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
${inFile ? "import java.nio.file.Path;\n" : ""}
public class Predict {
    public static void main(String[] args) throws Exception {
${inFile ? "" : `        String body = """
${lines}
                """;
`}        URI uri = URI.create(${JSON.stringify(url)});
        HttpRequest request = HttpRequest.newBuilder(uri)
${secured ? '                .header("authorization", "Bearer " + System.getenv("SLIPWAY_KEY"))\n' : ""}                .header("content-type", "application/json")
                .POST(${publisher})
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString());
        System.out.println(response.statusCode() + " " + response.body());
    }
}
`;
}

const LANGUAGES = new Map([["curl", curl], ["Java", java]]);

/** The panel: a language each tab, and a button that copies. */
export class Code {
  constructor() {
    this.language = "curl";
    this.pre = h("pre.source", { tabIndex: 0, id: newId("source"), role: "tabpanel" });
    this.tabs = [...LANGUAGES.keys()].map((name) => this.#tab(name));
    this.copy = h("button.small", { type: "button" }, "Copy");
    this.copy.addEventListener("click", () => this.#copy());
    this.copied = h("span.hint", { role: "status" });
    this.file = h("a.button.small", { download: FILE, hidden: true }, `Save ${FILE}`);
    this.element = h("section.card", { "aria-label": "Code" },
      h("div.card-head", {},
        h("h3", {}, "Code"),
        h("div.tabs", { role: "tablist", "aria-label": "Language" }, ...this.tabs),
        this.copied, this.file, this.copy),
      this.pre);
    this.#select("curl");
  }

  #tab(name) {
    const tab = h("button", { type: "button", role: "tab", "aria-controls": this.pre.id }, name);
    tab.addEventListener("click", () => this.#select(name));
    tab.addEventListener("keydown", (event) => {
      if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
        const other = this.tabs[(this.tabs.indexOf(tab) + 1) % this.tabs.length];
        other.click();
        other.focus();
      }
    });
    return tab;
  }

  #select(name) {
    this.language = name;
    this.tabs.forEach((tab) => {
      const selected = tab.textContent === name;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
    });
    this.pre.setAttribute("aria-label", name);
    this.#write();
  }

  /** Shows a request: its path, its body, and the body as people read it. */
  show(path, { body, shown }) {
    this.request = { url: location.origin + path, shown, secured: access.key() !== "", inFile: body.length > MAX_SHOWN };
    URL.revokeObjectURL(this.file.href);
    this.file.hidden = !this.request.inFile;
    if (this.request.inFile) {
      this.file.href = URL.createObjectURL(new Blob([body], { type: "application/json" }));
      this.file.title = bytes(body.length);
    }
    this.#write();
  }

  #write() {
    this.copied.textContent = "";
    if (this.request !== undefined) {
      this.pre.textContent = LANGUAGES.get(this.language)(this.request);
    }
  }

  /** The clipboard belongs to pages that came over TLS or from this machine; for others the text is selected, to be copied by hand. */
  async #copy() {
    try {
      await navigator.clipboard.writeText(this.pre.textContent);
      this.copied.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(this.pre);
      this.copied.textContent = "Selected: copy it with your keys";
    }
  }
}
