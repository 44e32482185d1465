using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using Homer.Engine.Tokenizers;
using Spectre.Console;
using NativeTokenizer = global::Tokenizers.DotNet.Tokenizer;

namespace Homer.Benchmarks.Tokenizers;

/// <summary>
/// The command <c>tokenizers FOLDER TEXT</c>: encodes a megabyte of a text with the tokenizer.json, or tokenizer.json.gz, of every
/// subfolder, beside Tokenizers.DotNet, the reference in native code, which only this project has.
/// </summary>
internal static class TokenizerCommand
{
    private const int Characters = 1_000_000;
    private const int Repeats = 5;

    public static int Run(string[] arguments)
    {
        if (arguments is not [var root, var file])
        {
            Console.Error.WriteLine("Give a folder of folders with tokenizers, and a text.");
            return 2;
        }

        string text = File.ReadAllText(file);
        text = string.Concat(Enumerable.Repeat(text, (Characters / text.Length) + 1))[..Characters];
        Table table = new Table().AddColumns("tokenizer", "load s", "s / MB", "native s / MB", "tokens", "ids");
        foreach (string folder in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
        {
            string scratch = Directory.CreateTempSubdirectory("homer-tokenizers-").FullName;
            if (Unpack(folder, Path.Combine(scratch, "tokenizer.json")))
                table.AddRow(Measure(Path.GetFileName(folder), scratch, text));
            Directory.Delete(scratch, recursive: true);
        }

        AnsiConsole.Write(table);
        return 0;
    }

    private static bool Unpack(string folder, string to)
    {
        string plain = Path.Combine(folder, "tokenizer.json"), packed = plain + ".gz";
        if (File.Exists(plain))
            File.Copy(plain, to);
        else if (File.Exists(packed))
        {
            using var gzip = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress);
            using FileStream output = File.Create(to);
            gzip.CopyTo(output);
        }

        return File.Exists(to);
    }

    private static string[] Measure(string name, string folder, string text)
    {
        var clock = Stopwatch.StartNew();
        ITokenizer tokenizer = TokenizerLoader.Load(folder);
        double load = clock.Elapsed.TotalSeconds;
        var native = new NativeTokenizer(vocabPath: Path.Combine(folder, "tokenizer.json"));
        int[] ids = [];
        uint[] expected = [];
        double own = Best(() => ids = tokenizer.Encode(text, new EncodeOptions(AddSpecial: true, ParseSpecial: true)));
        double reference = Best(() => expected = native.Encode(text));
        bool isSame = ids.Length == expected.Length && ids.Zip(expected).All(pair => pair.First == pair.Second);
        return
        [
            name, Number(load), Number(own), Number(reference), ids.Length.ToString(CultureInfo.InvariantCulture),
            isSame ? "same" : "differ",
        ];
    }

    private static double Best(Action work)
    {
        double best = double.PositiveInfinity;
        for (int i = 0; i < Repeats; i++)
        {
            var clock = Stopwatch.StartNew();
            work();
            best = Math.Min(best, clock.Elapsed.TotalSeconds);
        }

        return best;
    }

    private static string Number(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);
}
