/** The stored key that trades now. */
export interface KeyOnDuty {
  readonly label: string;
  /** When its owner said that it ends, epoch milliseconds. */
  readonly expires: number | null;
}
