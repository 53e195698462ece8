import { type SourceContext, SourceError } from "../../../ports/source.ts";

/** Asks for each symbol; what fails for one is told to `context.warn`, and only when all fail is the first failure thrown. */
export async function eachMarket<Answer>(context: SourceContext, signal: AbortSignal, ask: (symbol: string) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  const faults: SourceError[] = [];
  for (const symbol of context.symbols) {
    try {
      answers.push(await ask(symbol));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof SourceError)) throw error;
      faults.push(error);
    }
  }
  const [first] = faults;
  if (first && answers.length === 0) throw first;
  for (const fault of faults) context.warn?.(fault.message);
  return answers;
}
