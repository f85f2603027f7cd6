// Unpacks the Chromium that npm brought, with its libraries and fonts, into ./chromium: no browser is downloaded.
import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream, chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

const packed = join(import.meta.dirname, "node_modules", "@sparticuz", "chromium", "bin");
const target = join(import.meta.dirname, "chromium");

rmSync(target, { recursive: true, force: true });
mkdirSync(target);
for (const name of ["chromium", "al2023.tar", "fonts.tar", "swiftshader.tar"]) {
  const file = join(target, name);
  await pipeline(createReadStream(join(packed, `${name}.br`)), createBrotliDecompress(), createWriteStream(file));
  if (name.endsWith(".tar")) {
    execFileSync("tar", ["-xf", file, "-C", target]);
    rmSync(file);
  }
}
chmodSync(join(target, "chromium"), 0o755);
// The one that came along names folders of AWS Lambda. Without a font, Chromium draws no text at all.
writeFileSync(
  join(target, "fonts.conf"),
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(target, "fonts")}</dir><cachedir>${join(target, "font-cache")}</cachedir></fontconfig>
`,
);
