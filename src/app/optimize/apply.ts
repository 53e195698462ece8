import type { Catalogue } from "../definition/load.ts";
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, parseDocument } from "yaml";
import { canonicalJson } from "../../core/canonical-json.ts";
import { UserError } from "../../core/user-error.ts";
import type { Definition } from "../definition/schema.ts";
import { definitionWith, type TrialContext } from "./context.ts";
import type { Parameters } from "./result.ts";

/**
 * The definition's text with parameters in it, without its search and its name (a run keeps its state under that);
 * comments stay. What flags have set is written down too, since the parameters were found with it. `note` becomes its
 * first lines. Throws a `UserError` when the text would not mean what was run.
 */
export function appliedText(context: Omit<TrialContext, "datasets">, parameters: Parameters, note: string, catalogue: Catalogue): string {
  const document: Document = parseDocument(context.text);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  for (const { path, value } of context.overrides) if (path[0] !== "search") assign(document, path, value);
  keepOnly(document, "agents", context.agentNames);
  keepOnly(document, "strategies", context.strategyNames);
  for (const [key, value] of Object.entries(parameters)) assign(document, key.split("."), value);
  document.delete("search");
  keepHeadComment(document);
  document.delete("name");
  const lines = note.split("\n").map((line) => `# ${line}`.trimEnd());
  const text = `${lines.join("\n")}\n${document.toString({ lineWidth: 0 })}`;
  const meant = definitionWith(context, parameters, null, catalogue);
  const written = definitionWith({ text, name: context.name, overrides: [] }, {}, null, catalogue);
  if (essence(written) !== essence(meant)) throw new UserError(`${context.name}: the parameters cannot be written into this text so that it means the same; use the --set flags.`);
  return text;
}

function essence(definition: Definition): string {
  return canonicalJson({ ...definition, name: "", search: null });
}

/** Sets a value; a group on the way that is empty, a name, a list of names or a reference becomes a group of keys of its own first. */
function assign(document: Document, path: readonly string[], value: unknown): void {
  for (let depth = 1; depth < path.length; depth++) {
    const here = path.slice(0, depth);
    const node = document.getIn(here, true);
    if (isMap(node)) continue;
    const names = isSeq(node) ? node.items.map(String) : [];
    document.setIn(here, isAlias(node) ? node.resolve(document)?.clone() : document.createNode(Object.fromEntries(names.map((name) => [name, {}]))));
  }
  document.setIn(path, value);
}

/** What stands above the first key is about the whole definition, and stays when that key goes. */
function keepHeadComment(document: Document): void {
  if (!isMap(document.contents)) return;
  const { contents } = document;
  const key = contents.items[0]?.key;
  const above = [document.commentBefore, contents.commentBefore, isScalar(key) && key.value === "name" ? key.commentBefore : null];
  contents.commentBefore = null;
  document.commentBefore = above.filter((one) => typeof one === "string").join("\n") || null;
}

function keepOnly(document: Document, key: "agents" | "strategies", names: readonly string[] | undefined): void {
  if (names === undefined) return;
  const given: unknown = document.get(key);
  const kept = names.map((name) => {
    const own: unknown = isMap(given) ? given.get(name) : undefined;
    return [name, isNode(own) ? own : {}];
  });
  document.set(key, document.createNode(Object.fromEntries(kept)));
}
