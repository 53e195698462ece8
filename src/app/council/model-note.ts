import type { ModelCall, NoAnswer } from "../../ports/language-model.ts";
import type { OutsideNews } from "../trade/outside-news.ts";

/** Journal notes on calls of a model and, when there is no usable answer, on why. */
export function modelNotes(calls: readonly ModelCall[], failure: { readonly purpose: string; readonly about: string; readonly why: NoAnswer; readonly message: string } | null): OutsideNews["notes"] {
  return [
    ...calls.map((call) => ({ type: "model-call", payload: { ...call } })),
    ...(failure === null ? [] : [{ type: "model-silence", payload: { ...failure } }]),
  ];
}

/** Says a change of health once: that something fails, and that it is well again. */
export function saysOnce(say: (message: string) => void): { readonly failed: (what: string, message: string) => void; readonly well: (what: string, message: string) => void } {
  const ill = new Set<string>();
  return {
    failed: (what, message) => {
      if (ill.has(what)) return;
      ill.add(what);
      say(message);
    },
    well: (what, message) => {
      if (ill.delete(what)) say(message);
    },
  };
}
