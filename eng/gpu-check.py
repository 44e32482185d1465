"""What eng/gpu-check.sh run does: starts the packed programs, has PyTorch do the same work beside them, and prints one table."""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

# Activations of products on tensor cores are rounded to 16 bits, as PyTorch's are; see docs/kernels.md.
ROUNDED = ["--activations", "rounded"]

PARTS = ["tests", "golden", "passkey", "kernels", "decode", "prefill", "lengths"]

# What is measured; and the same so small that a laptop does it in a moment.
FULL = {
    "config": "models/shapes/llama-2-7b.json",
    "products": [(2048, 4096, 4096), (2048, 4096, 11008), (2048, 11008, 4096)],
    "attention": [(2048, 32, 32, 128), (8192, 32, 32, 128)],
    "decode": (128, 2048),
    "prefill": 2048,
    "lengths": [8192, 16384, 32768, 65536],
    "chunk": 288,
    "copy": 2 << 30,
}
SMALL = {
    "config": "models/homer-mini/config.json",
    "products": [(64, 256, 256), (64, 256, 688)],
    "attention": [(64, 4, 2, 32), (128, 4, 2, 32)],
    "decode": (8, 64),
    "prefill": 128,
    "lengths": [512, 1024],
    "chunk": 256,
    "copy": 16 << 20,
}


class Failed(Exception):
    """A step gave no result; the reason is one line."""


class Check:
    def __init__(self, options):
        self.options = options
        self.root = pathlib.Path(options.root).resolve()
        self.shapes = SMALL if options.small else FULL
        self.folder = self.root / "results"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.deadline = time.monotonic() + options.seconds
        self.torch = Rulers(options.device, self.folder / "rulers.log")
        self.file = self.folder / "results.json"
        self.key = f"{options.device}{' small' if options.small else ''}"
        stored = json.loads(self.file.read_text()) if self.file.exists() else {}
        # Results of another device or size are no part of this table.
        self.rows = stored.get("rows", {}) if stored.get("key") == self.key else {}

    # Steps: each adds rows of (name, Homer's, the ruler's, the share).

    def tests(self):
        kernels = ["--filter-class", "*.LinearTests", "--filter-class", "*.CausalAttentionTests"] if self.options.small else ["--filter-not-class", "*GoldenMergingTests"]
        self.count_tests("tests on the device", kernels)

    def golden(self):
        self.count_tests("recorded runs, token for token", ["--filter-class", "*GoldenMergingTests"])

    def count_tests(self, name, filters):
        kind = self.options.device.split(":")[0]
        environment = {"HOMER_REQUIRE_DEVICE": kind} if kind != "cpu" else {}
        text = self.start(name, ["app/Homer.Tests", "--no-ansi", "--filter-display-name", f'*"{kind}")', *filters], environment, accept_failure=True)
        counts = {word: int(number) for word, number in re.findall(r"^\s*(total|failed|succeeded|skipped): (\d+)", text, re.MULTILINE)}
        if not counts.get("total"):
            raise Failed(f"no tests ran (see the log): {last_line(text)}")
        self.add(name, f"{counts['succeeded']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
        for failure in re.findall(r"^failed (.*)$", text, re.MULTILINE)[:5]:
            self.add(f"  failed: {failure[:90]}", "")
        if counts["failed"]:
            self.bad = True

    def passkey(self):
        length, documents = (1024, 2) if self.options.small else (8192, 5)
        command = ["app/homer", "eval", "passkey", "--model", "models/homer-mini", "--lengths", str(length), "--method", "homer", "--documents", str(documents)]
        cell = self.start_json("pass key", [*command, "--json", "--device", self.options.device])["cells"][0]
        self.add(f"pass keys found by homer-mini in {length} tokens", f"{cell['right']} of {cell['trials']}, {cell['seconds']:.2f} s each")

    def kernels(self):
        products = [f"matmul:bf16:{m}x{k}x{n}" for m, k, n in self.shapes["products"]]
        attention = [f"attention:f16:{tokens}+0:{heads}/{kv_heads}x{d}" for tokens, heads, kv_heads, d in self.shapes["attention"]]
        self.measure("kernels", products + attention)
        self.measure("kernels rounded", ["rounded", *products, *attention], ", activations rounded")

    def measure(self, log, cases, remark=""):
        lines = self.start(log, ["app/Homer.Benchmarks", "measure", self.options.device, *cases]).splitlines()
        for line in (json.loads(line) for line in lines if line.startswith("{")):
            sizes = re.split(r"[:x+/]", line["case"].split(":", 2)[2])
            matmul = line["case"].startswith("matmul")
            name = f"bf16 product {'×'.join(sizes)}{remark}" if matmul else f"causal attention, {sizes[0]} tokens, {sizes[2]} heads of {sizes[4]}{remark}"
            ruler = self.torch.measure("product" if matmul else "attention", sizes=[int(size) for size in sizes])
            ours = line["flop"] / line["seconds"]
            theirs = ruler and line["flop"] / ruler["seconds"]
            self.add(name, flops(ours), ruler and f"{ruler['name']} {flops(theirs)}", theirs and ours / theirs)

    def decode(self):
        count, depth = self.shapes["decode"]
        result = self.bench("decode", ["--pp", "0", "--tg", str(count), "--depth", str(depth), "--repetitions", "3", "--cache-type", "f16"])["results"][0]
        ruler = self.torch.measure("copy", bytes=self.shapes["copy"])
        self.add(
            f"decode of {self.model()} bf16 after {depth} tokens",
            f"{result['tokens_per_second_median']:.1f} t/s, {giga(result['reached_per_second'])}B/s",
            ruler and f"copy {giga(ruler['per_second'])}B/s", ruler and result["reached_per_second"] / ruler["per_second"])

    def prefill(self):
        tokens = self.shapes["prefill"]
        for precision, remark in [([], ""), (ROUNDED, ", activations rounded"), ([*ROUNDED, "--weights", "int8"], ", weights of eight bits, activations rounded")]:
            result = self.bench("prefill" + remark, ["--pp", str(tokens), "--tg", "0", "--repetitions", "3", "--cache-type", "f16", *precision])["results"][0]
            ruler = self.torch.measure("prefill", tokens=tokens, config=str(self.root / self.shapes["config"]))
            theirs = ruler and tokens / ruler["seconds"]
            self.add(
                f"prefill of {self.model()}, {tokens} tokens{remark}", f"{result['tokens_per_second_median']:.0f} t/s, {flops(result['reached_per_second'])}",
                ruler and f"torch {theirs:.0f} t/s", theirs and result["tokens_per_second_median"] / theirs)

    def lengths(self):
        """The paper's comparison, with activations rounded as in its 16 bits; a process for each method, which reads all lengths, and one for HOMER in small chunks, which reads the longest."""
        lengths, chunk, reached = self.shapes["lengths"], self.shapes["chunk"], {}
        small = f"HOMER in chunks of {chunk}"
        paper = ["--method", "homer", "--preset", "paper"]
        for title, read, arguments in [("HOMER", lengths, paper), (small, lengths[-1:], [*paper, "--chunk", str(chunk)]), ("plain", lengths, ["--method", "plain"])]:
            try:
                report = self.bench(title, ["--pp", ",".join(map(str, read)), "--tg", "0", "--repetitions", "1", "--cache-type", "f16", *ROUNDED, *arguments])
            except Failed as failure:
                self.add(f"{title}: {failure}", "")
                continue
            for result in report["results"]:
                length, peak = result["prompt_tokens"], result["peak_bytes"]
                reached[title, length] = (length / result["tokens_per_second_median"], peak, peak - report["weights_bytes"])
                self.add(f"{self.model()} reads {length} tokens, {title}", f"{reached[title, length][0]:.2f} s, peak {peak / 2**30:.2f} GiB")
        for (title, length), homer in reached.items():
            plain = reached.get(("plain", length))
            if title != "plain" and plain:
                self.add(
                    f"{title} against plain, {length} tokens",
                    f"{plain[0] / homer[0]:.1f} times as fast, {1 - homer[1] / plain[1]:.1%} less memory, {1 - homer[2] / plain[2]:.1%} less beyond the weights")

    # How they are done.

    def bench(self, name, arguments):
        command = ["app/homer", "bench", "--random-weights", self.shapes["config"], "--type", "bf16", *arguments, "--json", "--device", self.options.device]
        return self.start_json(name, command)

    def model(self):
        return pathlib.Path(self.shapes["config"]).stem.replace("config", "homer-mini's shape")

    def start_json(self, name, command):
        text = self.start(name, command)
        return json.loads(text[text.index("{"):])

    def start(self, name, command, environment=None, accept_failure=False):
        left = self.deadline - time.monotonic()
        if left < 1:
            raise Failed("not begun: out of time")
        print(f"… {name}", file=sys.stderr, flush=True)
        try:
            done = subprocess.run(
                command, cwd=self.root, env={**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", **(environment or {})},
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=left)
        except subprocess.TimeoutExpired:
            raise Failed(f"stopped after {left:.0f} s") from None
        log = self.folder / (re.sub(r"\W+", "-", name) + ".log")
        log.write_text(f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}\nexit code {done.returncode}\n")
        if done.returncode != 0 and not accept_failure:
            raise Failed(last_line(done.stderr) or last_line(done.stdout) or f"exit code {done.returncode}")
        return done.stdout

    def add(self, name, ours, ruler=None, share=None):
        self.rows.setdefault(self.part, []).append([name, ours, ruler or "", f"{share:.0%}" if share else ""])

    def run(self):
        self.bad = False
        for self.part in self.options.only:
            self.rows.pop(self.part, None)
            try:
                getattr(self, self.part)()
            except Failed as failure:
                self.add(self.part, f"failed: {failure}")
                self.bad = True
            self.file.write_text(json.dumps({"key": self.key, "rows": self.rows}, indent=1))
        self.torch.close()
        table = self.table()
        print(table)
        (self.folder / "table.txt").write_text(table + "\n")
        out = os.environ.get("OUT")
        if out:
            shutil.copytree(self.folder, out, dirs_exist_ok=True)
        return 1 if self.bad else 0

    def table(self):
        header = [self.key, "Homer", "ruler", "share"]
        rows = [header] + [row for part in PARTS for row in self.rows.get(part, [])]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip(" |") for row in rows]
        lines.insert(1, "-|-".join("-" * width for width in widths))
        return "\n".join(lines + ([f"no comparison with torch: {self.torch.trouble}"] if self.torch.trouble else []))


def giga(value):
    return f"{value / 1e9:.3g} G"


def flops(value):
    return f"{value / 1e12:.3g} TFLOP/s"


def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:160] if lines else ""


# The rulers: PyTorch doing the same work on the same device.


class Rulers:
    """A process that measures PyTorch when asked, started at once: importing it takes as long as some of the tests. It gives back the memory of every measurement."""

    def __init__(self, device, log):
        self.trouble = ""
        self.known = {}
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--rulers", "--device", device], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log.open("w"), text=True)
        self.log = log

    def measure(self, name, **arguments):
        """What PyTorch reached; None where it cannot."""
        request = json.dumps([name, arguments])
        if request not in self.known and not self.trouble:
            try:
                self.process.stdin.write(request + "\n")
                self.process.stdin.flush()
                self.known[request] = json.loads(self.process.stdout.readline())
            except (OSError, ValueError):
                self.trouble = last_line(self.log.read_text())
        return self.known.get(request)

    def close(self):
        self.process.kill()


def serve_rulers(device):
    try:
        import torch
    except ImportError:
        print("PyTorch is not installed", file=sys.stderr)
        return 1
    cuda = device.startswith("cuda")
    place = torch.device(device if cuda else "cpu")
    rulers = {"product": product_ruler, "attention": attention_ruler, "copy": copy_ruler, "prefill": prefill_ruler}
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(rulers[name](torch, place, **arguments)), flush=True)
        if cuda:
            torch.cuda.empty_cache()
    return 0


def seconds(torch, place, work, batches=7, least=0.03):
    """The median over batches of launches, each long enough that waiting for the device counts little."""

    def batch(count):
        start = time.perf_counter()
        for _ in range(count):
            work()
        if place.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - start

    batch(2)
    count = max(1, min(200, int(least / batch(1))))
    return sorted(batch(count) / count for _ in range(batches))[batches // 2]


def product_ruler(torch, place, sizes):
    m, k, n = sizes
    x = torch.randn(m, k, device=place).bfloat16()
    w = torch.randn(n, k, device=place).bfloat16()
    return {"name": "cuBLAS" if place.type == "cuda" else "torch", "seconds": seconds(torch, place, lambda: torch.nn.functional.linear(x, w))}


def flash(torch, q, k, v):
    """Causal attention by torch's flash kernel on a GPU, by whatever it has elsewhere."""
    from torch.nn.attention import SDPBackend, sdpa_kernel

    with sdpa_kernel(SDPBackend.FLASH_ATTENTION) if q.is_cuda else sdpa_kernel([SDPBackend.MATH, SDPBackend.FLASH_ATTENTION]):
        return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)


def attention_ruler(torch, place, sizes):
    tokens, _, heads, kv_heads, d = sizes
    q = torch.randn(1, heads, tokens, d, device=place).to(torch.float16 if place.type == "cuda" else torch.float32)
    k, v = (torch.randn_like(q[:, :kv_heads]).repeat_interleave(heads // kv_heads, 1) for _ in range(2))
    return {"name": "torch's flash attention", "seconds": seconds(torch, place, lambda: flash(torch, q, k, v))}


def copy_ruler(torch, place, bytes):
    source = torch.randn(bytes // 4, device=place)
    target = torch.empty_like(source)
    return {"per_second": 2 * bytes / seconds(torch, place, lambda: target.copy_(source))}


def prefill_ruler(torch, place, tokens, config):
    shape = json.loads(pathlib.Path(config).read_text())
    width, inner, heads, kv_heads = (shape[name] for name in ["hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads"])
    d = width // heads
    linear = torch.nn.functional.linear

    def weights(rows, columns):
        return torch.randn(rows, columns, device=place, dtype=torch.bfloat16) * columns**-0.5

    layers = [
        [weights(width, width), weights(kv_heads * d, width), weights(kv_heads * d, width), weights(width, width), weights(inner, width), weights(inner, width), weights(width, inner)]
        for _ in range(shape["num_hidden_layers"])
    ]
    head, ones = weights(shape["vocab_size"], width), torch.ones(width, device=place, dtype=torch.bfloat16)
    angles = torch.arange(tokens, device=place)[:, None] * 10000.0 ** (-torch.arange(0, d, 2, device=place) / d)
    cos, sin = (table.bfloat16()[None, None] for table in (angles.cos(), angles.sin()))
    start = torch.randn(tokens, width, device=place).bfloat16()

    def turn(x):
        first, second = x.chunk(2, -1)
        return torch.cat([first * cos - second * sin, second * cos + first * sin], -1)

    def split(x, count):
        return x.view(1, tokens, count, d).transpose(1, 2)

    def norm(x):
        return torch.nn.functional.rms_norm(x, (width,), ones)

    @torch.no_grad()
    def forward():
        x = start
        for q, k, v, o, gate, up, down in layers:
            y = norm(x)
            queries, keys, values = turn(split(linear(y, q), heads)), turn(split(linear(y, k), kv_heads)), split(linear(y, v), kv_heads)
            keys, values = (t.repeat_interleave(heads // kv_heads, 1) for t in (keys, values))
            x = x + linear(flash(torch, queries, keys, values).transpose(1, 2).reshape(tokens, width), o)
            y = norm(x)
            x = x + linear(torch.nn.functional.silu(linear(y, gate)) * linear(y, up), down)
        return linear(norm(x[-1:]), head)

    return {"seconds": seconds(torch, place, forward, batches=3)}


def main():
    parser = argparse.ArgumentParser(prog="eng/gpu-check.sh run")
    parser.add_argument("--root", help=argparse.SUPPRESS)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--only", type=lambda text: text.split(","), default=PARTS)
    parser.add_argument("--seconds", type=int, default=540)
    parser.add_argument("--rulers", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.rulers:
        return serve_rulers(options.device)
    unknown = [part for part in options.only if part not in PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]}; use {', '.join(PARTS)}")
    return Check(options).run()


if __name__ == "__main__":
    sys.exit(main())
