/**
 * A mistake of the person at the keyboard: shown as its message alone, never with a stack, exit code 2.
 * The message says what is wrong, where (file and line, or key path) and what to do about it.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly problems: readonly string[];

  constructor(message: string, problems: readonly string[] = []) {
    super(message);
    this.problems = problems;
  }
}

/** A run that was well asked for and failed on the way (network, disk): exit code 1, the message alone. */
export class RunError extends Error {
  override readonly name = "RunError";
}
