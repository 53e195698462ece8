import type { Telegraf } from "telegraf";
import { callOptions, failureOf } from "./api.ts";
import type { TelegramCommand } from "./command.ts";
import { mayDo } from "./roles.ts";
import type { TelegramSettings } from "./settings.ts";

/** Most commands of a menu. */
const MOST = 100;

/** Registers the menu of each user: what the role allows. Strangers see none. */
export async function setMenus(telegram: Telegraf["telegram"], users: TelegramSettings["users"], commands: readonly TelegramCommand[], signal: AbortSignal): Promise<void> {
  for (const { id, role } of users) {
    const own = commands.filter((command) => mayDo(role, command.role)).slice(0, MOST);
    const menu = own.map(({ name, description }) => ({ command: name, description: description.slice(0, 256) }));
    try {
      await telegram.callApi("setMyCommands", { commands: menu, scope: { type: "chat", chat_id: id } }, callOptions(signal));
    } catch (error) {
      // Somebody on the list who has never written to the bot has no chat yet; the others have.
      if (failureOf(error).kind !== "unreachable") throw error;
    }
  }
}
