import { describe, expect, it } from "vitest";
import { readReturns } from "../../../src/app/statistics/returns-table.ts";
import { UserError } from "../../../src/core/user-error.ts";

const read = (text: string) => readReturns(text, "r.csv", false);
const equity = (text: string) => readReturns(text, "e.csv", true);

describe("a file of returns", () => {
  it.each<[string, string, readonly string[], readonly (readonly number[])[]]>([
    ["a column alone", "0.01\n-0.02\n", ["returns"], [[0.01], [-0.02]]],
    ["a column with a name", "grid\n0.01\n-0.02\n", ["grid"], [[0.01], [-0.02]]],
    ["columns without names", "0.01,0.02\n0,-1e-3\n", ["column 1", "column 2"], [[0.01, 0.02], [0, -0.001]]],
    ["a first column of dates", "2024-01-01,0.01\n2024-01-02,0.02\n", ["returns"], [[0.01], [0.02]]],
    ["a header and times", "Open time,a,b\n2024-01-01T00:00:00Z,.5,1.\n2024-01-01T01:00:00Z,+0.1,-.2\n", ["a", "b"], [[0.5, 1], [0.1, -0.2]]],
    ["epoch milliseconds", "1704067200000,0.01\n1704153600000,0.02\n", ["returns"], [[0.01], [0.02]]],
    ["dates of another style under a name", "date,a\n31.12.2023,0.01\n01.01.2024,0.02\n", ["a"], [[0.01], [0.02]]],
    ["a data frame with numbered columns", ",0,1\n0,0.01,0.02\n1,0.03,0.04\n", ["0", "1"], [[0.01, 0.02], [0.03, 0.04]]],
    ["quotes, a delimiter in a name, tabs and Windows line ends", '"a, b"\t"say ""c"""\r\n0.01\t"0.02"\r\n0.03\t0.04\r\n', ["a, b", 'say "c"'], [[0.01, 0.02], [0.03, 0.04]]],
    ["a byte order mark, semicolons, blank lines at the end", "\uFEFFa;b\n0.01;0.02\n0.03;0.04\n\n  \n", ["a", "b"], [[0.01, 0.02], [0.03, 0.04]]],
    ["one name twice", "a,a\n0.01,0.02\n0.03,0.04\n", ["a", "a (2)"], [[0.01, 0.02], [0.03, 0.04]]],
    ["trials that did not trade", "0,0\n0,0\n", ["column 1", "column 2"], [[0, 0], [0, 0]]],
  ])("is read: %s", (_name, text, names, rows) => {
    expect(read(text)).toMatchObject({ names, rows, warnings: [] });
  });

  it("is read as values of an account, a row fewer", () => {
    const { rows } = equity("date,a,b\n2024-01-01,100,50\n2024-01-02,110,25\n2024-01-03,99,50\n");
    expect(rows).toHaveLength(2);
    [[0.1, -0.5], [-0.1, 1]].forEach((row, i) => row.forEach((value, k) => expect(rows[i]![k]).toBeCloseTo(value, 12)));
    expect(equity("10000\n10100\n10000\n").rows).toHaveLength(2);
  });

  it("warns of returns that look like per cent", () => {
    expect(read("a\n1.5\n-0.3\n").warnings).toEqual([expect.stringMatching(/^a: 1 of 2 returns are over 100 %/)]);
  });
});

describe("a wrong file is told with its line", () => {
  it.each<[string, string, RegExp]>([
    ["nothing", "", /^r\.csv: the file is empty/],
    ["blank lines alone", "\n\n", /^r\.csv: the file is empty/],
    ["a header alone", "a,b\n", /^r\.csv: there is nothing under the header/],
    ["text in the middle", "a\n0.01\noops\n0.02\n", /^r\.csv:3: "oops" stands in column "a" where a number should\.$/],
    ["text in the first row", "0.01,oops\n0.02,0.03\n", /^r\.csv:1: "oops" stands in column "column 2"/],
    ["a first field that is no number", "oops,0.01\n0.02,0.03\n", /^r\.csv:1: "oops" is no number/],
    ["NaN", "a\n0.01\nNaN\n", /^r\.csv:3: "NaN" stands .* a return of 0/],
    ["NaN first", "NaN\n0.01\n0.02\n", /^r\.csv:1: "NaN" is no number/],
    ["infinity", "a\n0.01\nInfinity\n", /^r\.csv:3: "Infinity"/],
    ["a number too large", "a\n0.01\n1e999\n", /^r\.csv:3: "1e999"/],
    ["a missing number", "a,b\n0.01,0.02\n0.01,\n", /^r\.csv:3: nothing stands in column "b"/],
    ["per cent signs", "a\n0.01\n1.2%\n", /^r\.csv:3: .*Write 1\.2% as a fraction: 0\.012\./],
    ["decimal commas beside semicolons", "a;b\n0,01;0,02\n0,03;0,04\n", /^r\.csv:2: .*Write a decimal point: 0\.01\./],
    ["decimal commas that look like columns", "0,01\n-0,02\n0,005\n", /^r\.csv:1: there is no decimal point in the whole file/],
    ["a short row", "a,b\n0.01,0.02\n0.01\n", /^r\.csv:3: 1 fields, where the file's first line has 2/],
    ["a long row", "0.01\n0.01,0.02\n", /^r\.csv:2: 2 fields, where the file's first line has 1/],
    ["a hole", "0.01\n\n0.02\n", /^r\.csv:2: this line is empty/],
    ["a return that loses all", "a\n0.01\n-1\n", /^r\.csv:3: a return of -1 loses all/],
    ["a single return", "a\n0.01\n", /^r\.csv:2: at least two returns are needed.*there is one/],
    ["dates alone", "date\n2024-01-01\n2024-01-02\n", /^r\.csv:1: there is only a column of dates/],
    ["dates from new to old", "2024-01-02,0.01\n2024-01-01,0.02\n", /^r\.csv:2: 2024-01-01 comes after a later date/],
    ["a date that is none", "2024-01-31,0.01\n2024-02-31,0.02\n", /^r\.csv:2: "2024-02-31" is no date/],
    ["a date in a column of another name", "when,a\n31/01/2024,0.01\n01/02/2024,0.02\n", /^r\.csv:2: "31\/01\/2024" looks like a date/],
    ["an open quote", '"a\n0.01\n0.02\n', /^r\.csv:1: a quote is opened/],
  ])("%s", (_name, text, message) => {
    expect(() => read(text)).toThrow(UserError);
    expect(() => read(text)).toThrow(message);
  });

  it("an account that was empty", () => {
    expect(() => equity("a\n100\n0\n50\n")).toThrow(/^e\.csv:3: an equity of 0/);
    expect(() => equity("a\n100\n")).toThrow(/^e\.csv:2: at least two returns.*there is none/);
  });
});
