using System.Text.Json;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;

namespace Homer.Tests.Tokenizers;

/// <summary>Every recorded encoding and decoding of 22 real tokenizers.</summary>
public sealed class GoldFamilyTests(ITestOutputHelper output)
{
    [Fact]
    public void All_recorded_texts_and_ids_are_met()
    {
        SharedData.Require("tokenizers/hf");
        var failures = new List<string>();
        int texts = 0, textsMet = 0, decodings = 0, decodingsMet = 0;
        foreach (string family in GoldFamilies.Names)
        {
            ITokenizer tokenizer = GoldFamilies.Load(family);
            using JsonDocument recordings = GoldFamilies.Recordings(family);
            int before = failures.Count;
            foreach (JsonElement one in recordings.RootElement.GetProperty("cases").EnumerateArray())
            {
                texts++;
                textsMet += Judge(family, one, TextFaults(tokenizer, one));
            }

            foreach (JsonElement one in recordings.RootElement.GetProperty("decode_only").EnumerateArray())
            {
                decodings++;
                decodingsMet += Judge(family, one, DecodingFaults(tokenizer, one));
            }

            output.WriteLine($"{family}: {failures.Count - before} not met");
        }

        output.WriteLine($"{textsMet} of {texts} texts and {decodingsMet} of {decodings} decodings met");
        Assert.True(failures.Count == 0, string.Join('\n', failures.Take(40)));
        Assert.Equal((4962, 536), (texts, decodings));

        int Judge(string family, JsonElement one, IEnumerable<string> faults)
        {
            string[] found = [.. faults];
            failures.AddRange(found.Select(fault => $"{family} {one.GetProperty("name")}: {fault}"));
            return found.Length == 0 ? 1 : 0;
        }
    }

    /// <summary>Returns what differs from a recorded text.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="one">The recording.</param>
    /// <param name="onlyParsed">True if it does not say what the text is where marks are text.</param>
    internal static IEnumerable<string> TextFaults(ITokenizer tokenizer, JsonElement one, bool onlyParsed = false)
    {
        string text = one.GetProperty("text").GetString()!;
        int[] ids = Ids(one, "ids")!, withSpecial = Ids(one, "ids_with_special")!;
        foreach (string fault in Differ("ids", ids, tokenizer.Encode(text, new EncodeOptions(ParseSpecial: true)))
            .Concat(Differ("with special", withSpecial, tokenizer.Encode(text, new EncodeOptions(AddSpecial: true, ParseSpecial: true))))
            .Concat(onlyParsed ? [] : Differ("as text", Ids(one, "ids_specials_as_text") ?? ids, tokenizer.Encode(text))))
        {
            yield return fault;
        }

        if (one.TryGetProperty("decoded", out JsonElement decoded) && tokenizer.Decode(ids, skipSpecial: false) is var whole
            && whole != decoded.GetString())
            yield return $"decoded '{decoded.GetString()}' as '{whole}'";
        if (one.TryGetProperty("decoded_skip_special", out JsonElement skipped)
            && tokenizer.Decode(withSpecial, skipSpecial: true) is var rest && rest != skipped.GetString())
            yield return $"decoded without marks '{skipped.GetString()}' as '{rest}'";
    }

    private static IEnumerable<string> DecodingFaults(ITokenizer tokenizer, JsonElement one)
    {
        string text = one.GetProperty("text").GetString()!, decoded = tokenizer.Decode(Ids(one, "ids"), skipSpecial: false);
        if (decoded != text)
            yield return $"decoded '{text}' as '{decoded}'";
    }

    private static IEnumerable<string> Differ(string what, int[] expected, int[] actual)
    {
        if (!expected.AsSpan().SequenceEqual(actual))
            yield return $"{what} [{string.Join(',', expected)}] is [{string.Join(',', actual)}]";
    }

    private static int[]? Ids(JsonElement one, string name) => one.TryGetProperty(name, out JsonElement ids)
        ? [.. ids.EnumerateArray().Select(id => id.GetInt32())]
        : null;
}
