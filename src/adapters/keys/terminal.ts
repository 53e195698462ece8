import { closeSync, openSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";

/** Whoever sits at the terminal, whatever stdin and stdout are. */
export interface Terminal {
  /** Asks for something that is not shown; `null` when the person gave up (Ctrl-C, Ctrl-D). */
  secret(question: string): Promise<string | null>;
  /** Asks for something that is shown. */
  line(question: string): Promise<string | null>;
}

/** The terminal of this process; `null` when there is none, as under systemd or in a pipe of a script. */
export function openTerminal(): Terminal | null {
  if (process.platform === "win32") return null;
  try {
    closeSync(openSync("/dev/tty", "r+"));
  } catch {
    return null;
  }
  return { secret: (question) => ask(question, false), line: (question) => ask(question, true) };
}

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const BACKSPACE = new Set(["\u007f", "\b"]);
const CTRL_U = "\u0015";

function ask(question: string, isShown: boolean): Promise<string | null> {
  const fd = openSync("/dev/tty", "r+");
  const input = new ReadStream(fd);
  const write = (text: string): void => void writeSync(fd, text);
  write(question);
  // Raw, so that the terminal itself echoes nothing: not even what is typed ahead.
  input.setRawMode(true);
  input.setEncoding("utf8");
  return new Promise((resolve, reject) => {
    let typed: string[] = [];
    const end = (answer: string | null): void => {
      write("\r\n");
      input.setRawMode(false);
      input.destroy();
      resolve(answer);
    };
    input.on("error", reject);
    input.on("end", () => end(null));
    input.on("data", (chunk: string) => {
      for (const character of chunk) {
        const isEnd = character === "\r" || character === "\n";
        if (isEnd || character === CTRL_C || (character === CTRL_D && typed.length === 0)) {
          end(isEnd ? typed.join("") : null);
          return;
        }
        if (BACKSPACE.has(character)) {
          if (typed.pop() !== undefined && isShown) write("\b \b");
        } else if (character === CTRL_U) {
          if (isShown) write("\b \b".repeat(typed.length));
          typed = [];
        } else if (character >= " ") {
          typed.push(character);
          if (isShown) write(character);
        }
      }
    });
  });
}
