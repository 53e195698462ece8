import { MOST_ALERTS, type AlertDesk, type KeptAlert } from "../alerts/alert-store.ts";
import { councilNow, marketOf, priceNow } from "../alerts/alert-look.ts";
import { alertText } from "../alerts/alert-text.ts";
import { type Alert, shortName } from "../alerts/alert.ts";
import { examples, parseAlert } from "../alerts/alert-parse.ts";
import type { Asked, Button, Reply, TelegramCommand } from "../command.ts";
import { bold, code, escaped, italic } from "../text/html.ts";
import { message, type Part } from "../text/message.ts";
import { percent, price } from "../text/numbers.ts";
import { pageButtons, pageFrom, pageText } from "../text/paging.ts";

const PER_PAGE = 8;
const PER_ROW = 4;

/** Sets alerts, lists them and takes them back. */
export const alert: TelegramCommand = {
  name: "alert",
  description: "Tell me when: /alert btc > 70000, btc level, drawdown 10%",
  role: "viewer",
  run: (asked) => Promise.resolve(asked.alerts ? answer(asked, asked.alerts) : { html: "Alerts cannot be kept here." }),
};

function answer(asked: Asked, desk: AlertDesk): Reply {
  const [word = "", ...rest] = asked.argument.toLowerCase().split(/\s+/);
  if (word === "") return listed(asked, desk, 1);
  if (word === "list") return listed(asked, desk, pageFrom(rest[0] ?? ""));
  if (word === "off") return off(asked, desk, rest.join(" "));
  return set(asked, desk);
}

function set(asked: Asked, desk: AlertDesk): Reply {
  const { operator, argument } = asked;
  const parsed = parseAlert(argument, marketOf(operator));
  if ("wrong" in parsed) return { html: escaped(parsed.wrong, 800) };
  const wanted = parsed.alert;
  const twin = desk.list().find((one) => JSON.stringify(one.alert) === JSON.stringify(wanted));
  const { time, quote } = operator.status();
  if (twin) return { html: `You have that already, as alert ${twin.id}: ${escaped(alertText(wanted, quote))}.`, buttons: [[listButton, offButton(twin.id)]] };
  // A clock that lags must not make what is known already count as news.
  const known = wanted.type === "drawdown" ? null : operator.extremes(wanted.symbol, Number.POSITIVE_INFINITY).last;
  const id = desk.add(wanted, Math.max(time, known?.time ?? time), wanted.type === "vote" ? councilNow(operator, wanted.symbol) : null);
  if (id === null) return { html: `You have ${MOST_ALERTS} alerts, and more cannot be kept. ${code("/alert off 3")} takes one back, ${code("/alert off all")} all of them.`, buttons: [[listButton]] };
  const parts: Part[] = [`🔔 ${bold(`Alert ${id}`)}: ${escaped(alertText(wanted, quote))}.`, escaped(standing(asked, wanted)), once(wanted)];
  return { html: message(parts.filter((part) => part !== "")), buttons: [[listButton, offButton(id)]] };
}

const once = (wanted: Alert): string => ("every" in wanted && wanted.every ? "It stays until you take it back." : "It comes once.");

/** How far it is from happening. Plain text; empty where there is nothing to say. */
function standing({ operator }: Pick<Asked, "operator">, wanted: Alert): string {
  const { quote } = operator.status();
  if (wanted.type === "drawdown") return `Now it is ${percent(-marketOf(operator).drawdown())}.`;
  if (!operator.symbols.includes(wanted.symbol)) return "Not traded by this bot any more: it waits.";
  const now = priceNow(operator, wanted.symbol);
  if (wanted.type === "vote") {
    const view = operator.votes(wanted.symbol);
    return view === null ? "The council has not decided yet: its first decision is what changes are seen from." : `Its stance is ${view.stance} now.`;
  }
  if (now === null) return "There is no price yet.";
  if (wanted.type === "price") {
    const ways = [wanted.above, wanted.below].flatMap((at) => (at === null ? [] : [percent(at / now - 1)]));
    return `Now ${price(now)} ${quote}, ${ways.join(" or ")} to go.`;
  }
  const near = operator.levels(wanted.symbol).toSorted((a, b) => Math.abs(a.price / now - 1) - Math.abs(b.price / now - 1))[0];
  return near === undefined ? `Now ${price(now)} ${quote}; no level is known yet.` : `Now ${price(now)} ${quote}; the nearest is the ${near.kind} at ${price(near.price)}, ${percent(near.price / now - 1)} to go.`;
}

function off(asked: Asked, desk: AlertDesk, which: string): Reply {
  if (which === "all") {
    const gone = desk.removeAll();
    return { html: gone === 0 ? "You have no alerts." : `${gone === 1 ? "Your alert is" : `All ${gone} alerts are`} off.` };
  }
  if (!/^#?\d{1,12}$/.test(which)) return { html: `Say which: ${code("/alert off 3")} or ${code("/alert off all")}. ${code("/alert")} lists them with their numbers.`, buttons: [[listButton]] };
  const id = Number(which.replace("#", ""));
  return listed(asked, desk, 1, desk.remove(id) ? `Alert ${id} is off.` : `You have no alert ${id}: it has come, or was taken back.`);
}

function listed(asked: Asked, desk: AlertDesk, wanted: number, head = ""): Reply {
  const { operator } = asked;
  const all = desk.list();
  const first = operator.symbols[0];
  const pages = Math.max(1, Math.ceil(all.length / PER_PAGE));
  const page = Math.min(pages, wanted);
  const rows = all.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const parts: Part[] = [...(head === "" ? [] : [escaped(head)])];
  if (rows.length === 0) parts.push("You have no alerts.", escaped(examples(first === undefined ? "btc" : shortName(first, operator.symbols)), 700));
  else {
    const { quote } = operator.status();
    parts.push(`🔔 ${bold("Your alerts")} ${all.length} of at most ${MOST_ALERTS} ${pageText(page, pages)}`.trimEnd());
    for (const one of rows) parts.push(`${bold(`${one.id}.`)} ${escaped(alertText(one.alert, quote))}. ${italic(where(asked, one))}`);
  }
  const buttons = rows.map(({ id }): Button => offButton(id));
  return { html: message(parts), buttons: [...chunks(buttons, PER_ROW), ...pageButtons("alert", page, pages, (to) => `list ${to}`)] };
}

function where(asked: Asked, { alert: kept, since }: KeptAlert): string {
  const { time } = asked.operator.status();
  return since > time ? `It rests for ${Math.ceil((since - time) / 60_000)} more min.` : standing(asked, kept);
}

const offButton = (id: number): Button => ({ text: `✕ ${id}`, action: { command: "alert", argument: `off ${id}` } });
const listButton: Button = { text: "my alerts", action: { command: "alert", argument: "" } };

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
