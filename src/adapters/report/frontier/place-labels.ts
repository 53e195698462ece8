import { pixelsOf } from "./drawing.ts";

/** A name for a mark: the mark's middle and radius, pixels. */
export interface Named {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly radius: number;
}

/** Where a name is written: its anchor and baseline. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly anchor: "start" | "middle" | "end";
}

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly floor: number;
}

/**
 * Places names beside their marks so that none covers another name, a mark or the line; null where there is no room. The
 * first ones choose first. Only where the line leaves no room does a name lie over it.
 */
export function placeLabels(named: readonly Named[], area: Area, line: readonly (readonly [number, number])[] = []): (Place | null)[] {
  const taken: Area[] = named.map(({ x, y, radius }) => ({ left: x - radius, right: x + radius, top: y - radius, floor: y + radius }));
  const along = alongLine(line);
  return named.map((one, own) => {
    const free = wishes(one).filter(({ covers }) => {
      const inside = covers.left >= area.left && covers.right <= area.right && covers.top >= area.top && covers.floor <= area.floor;
      return inside && !taken.some((other, i) => i !== own && overlap(covers, other));
    });
    const found = free.find(({ covers }) => !along.some((other) => overlap(covers, other))) ?? free[0];
    if (found === undefined) return null;
    taken.push(found.covers);
    return found.place;
  });
}

/** Pixels between two squares that stand for a line, and half of one's width. */
const STEP = 8;
const HALF = 3;

function alongLine(line: readonly (readonly [number, number])[]): Area[] {
  return line.slice(1).flatMap(([x, y], i) => {
    const [fromX, fromY] = line[i] ?? [x, y];
    const parts = Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / STEP));
    return Array.from({ length: parts }, (_, part) => {
      const [atX, atY] = [fromX + ((x - fromX) * (part + 1)) / parts, fromY + ((y - fromY) * (part + 1)) / parts];
      return { left: atX - HALF, right: atX + HALF, top: atY - HALF, floor: atY + HALF };
    });
  });
}

function wishes({ text, x, y, size, radius }: Named): { readonly place: Place; readonly covers: Area }[] {
  const width = pixelsOf(text, size);
  const gap = radius + 5;
  const beside = (left: number, baseline: number, anchor: Place["anchor"], at: number) => ({ place: { x: at, y: baseline, anchor }, covers: { left, right: left + width, top: baseline - size * 0.8, floor: baseline + size * 0.22 } });
  const level = y + size * 0.35;
  return [
    beside(x + gap, level, "start", x + gap),
    beside(x - gap - width, level, "end", x - gap),
    beside(x - width / 2, y - gap, "middle", x),
    beside(x - width / 2, y + gap + size * 0.8, "middle", x),
    beside(x + gap * 0.7, y - gap * 0.7, "start", x + gap * 0.7),
    beside(x + gap * 0.7, y + gap * 0.7 + size * 0.8, "start", x + gap * 0.7),
    beside(x - gap * 0.7 - width, y - gap * 0.7, "end", x - gap * 0.7),
    beside(x - gap * 0.7 - width, y + gap * 0.7 + size * 0.8, "end", x - gap * 0.7),
  ];
}

const overlap = (a: Area, b: Area): boolean => a.left < b.right && b.left < a.right && a.top < b.floor && b.top < a.floor;
