import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, readdir, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeReport } from "../../../src/adapters/report/write.ts";
import { UserError } from "../../../src/core/user-error.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "report-"));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true });
});

describe("writing a report", () => {
  it("makes the folder, writes the page and leaves nothing else behind", async () => {
    const path = join(folder, "a", "b", "report.html");
    await writeReport(path, "<p>é</p>");
    expect(await readFile(path, "utf8")).toBe("<p>é</p>");
    expect(await readdir(join(folder, "a", "b"))).toEqual(["report.html"]);
  });

  it.skipIf(!existsSync("/proc/self"))("says so where no folder can be made, and does not try for ever", async () => {
    await expect(writeReport("/proc/none/report.html", "x")).rejects.toThrow(/Cannot write the report to \/proc\/none\/report\.html: .*\(ENOENT\)/);
  });

  it("replaces an older report", async () => {
    const path = join(folder, "report.html");
    await writeReport(path, "old");
    await writeReport(path, "new");
    expect(await readFile(path, "utf8")).toBe("new");
  });

  it("replaces the file behind a link, and not the link", async () => {
    await writeFile(join(folder, "real.html"), "old");
    await symlink(join(folder, "real.html"), join(folder, "link.html"));
    await writeReport(join(folder, "link.html"), "new");
    expect(await readFile(join(folder, "real.html"), "utf8")).toBe("new");
    expect(await readlink(join(folder, "link.html"))).toBe(join(folder, "real.html"));
  });

  it("refuses a folder and says what to give instead", async () => {
    await mkdir(join(folder, "reports"));
    const path = join(folder, "reports");
    await expect(writeReport(path, "x")).rejects.toThrow(
      new UserError(`Cannot write the report to ${path}: it is a folder. Give the name of a file, such as ${join(path, "report.html")}.`),
    );
  });

  it("refuses a device, so that no special file is ever replaced", async () => {
    await expect(writeReport("/dev/null", "x")).rejects.toThrow("/dev/null: it is not a regular file");
  });

  it("explains a path that leads through a file", async () => {
    await writeFile(join(folder, "file"), "");
    const failure = writeReport(join(folder, "file", "report.html"), "x");
    await expect(failure).rejects.toBeInstanceOf(UserError);
    await expect(failure).rejects.toThrow("a part of the path is a file, not a folder");
  });

  it("explains a link that leads nowhere", async () => {
    await symlink(join(folder, "gone.html"), join(folder, "link.html"));
    await expect(writeReport(join(folder, "link.html"), "x")).rejects.toThrow("the link leads nowhere");
  });

  it.skipIf(process.getuid?.() === 0)("explains a folder that may not be written to, and writes nothing", async () => {
    await chmod(folder, 0o500);
    await expect(writeReport(join(folder, "report.html"), "x")).rejects.toThrow("permission denied");
    expect(await readdir(folder)).toEqual([]);
  });
});
