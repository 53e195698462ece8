import type { Page } from "../../ports/operator.ts";

/** Where a page of `size` rows begins in a list of `total`; a page outside the list becomes the nearest one in it. */
export function pageAt(total: number, page: number, size: number): { readonly page: number; readonly pages: number; readonly from: number; readonly to: number } {
  const pages = Math.max(1, Math.ceil(total / size));
  const wanted = Number.isSafeInteger(page) ? page : 1;
  const here = Math.min(pages, Math.max(1, wanted));
  return { page: here, pages, from: (here - 1) * size, to: Math.min(total, here * size) };
}

/** A page of a list that is at hand. */
export function pageOf<T>(rows: readonly T[], page: number, size: number): Page<T> {
  const at = pageAt(rows.length, page, size);
  return { rows: rows.slice(at.from, at.to), page: at.page, pages: at.pages, total: rows.length };
}
