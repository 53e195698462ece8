// The first that runs in every thread. It is required: what is imported comes too late in threads whose code is given as a text.
import { closeThread } from "./guard.ts";

closeThread();
