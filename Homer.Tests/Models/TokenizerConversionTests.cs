using System.Text.Json;
using Homer.Engine;
using Homer.Engine.Files;
using Homer.Engine.Models;
using Homer.Engine.Templates;
using Homer.Engine.Tokenizers;
using Homer.Tests.Support;
using Homer.Tests.Tokenizers;

namespace Homer.Tests.Models;

/// <summary>Tokenizers and templates of folders that are made from GGUF files.</summary>
public sealed class TokenizerConversionTests : IDisposable
{
    private static readonly string[] Alphabet =
        ["a", "b", "c", " ", "  ", "1", "é", "\n", "ab", "the", "'s", "<b>", "</s>", "😀", "\u2581", "<0x41>"];

    private readonly TemporaryFolder folder = new();

    /// <summary>Files of shared/traps with a vocabulary that Homer reads.</summary>
    public static TheoryData<string> Files =>
    [
        "gguf-pre-tokenizer/gpt-2", "gguf-pre-tokenizer/llama-bpe", "gguf-pre-tokenizer/qwen2", "gguf-pre-tokenizer/tekken",
        "gguf-pre-tokenizer/smollm", "gguf-pre-tokenizer/default", "gguf-pre-tokenizer/missing", "gguf-spm-flags/plain",
        "gguf-spm-flags/no-space-prefix", "gguf-spm-flags/space-prefix", "gguf-spm-flags/no-bos", "gguf-spm-flags/bos-and-eos",
        "gguf-stop-ids/llama3-style", "gguf-stop-ids/chatml-style", "gguf-stop-ids/gemma-style", "gguf-stop-ids/phi3-style",
        "gguf-stop-ids/normal-typed-end-of-turn", "gguf-chat-templates/named", "gguf-chat-templates/none", "gguf-chat-templates/broken",
    ];

    [Theory]
    [InlineData("gpt2")]
    [InlineData("llama2")]
    [InlineData("llama3.2")]
    [InlineData("mistral-nemo")]
    [InlineData("qwen2.5")]
    public void The_folder_of_a_real_vocabulary_meets_the_recordings(string name)
    {
        folder.With("v.gguf", GoldFamilies.Gunzip(SharedData.Require($"tokenizers/gguf/{name}.vocab.gguf.gz")));
        (ITokenizer file, ITokenizer tokenizer) = Convert(folder["v.gguf"]);
        using JsonDocument recordings = GoldFamilies.Recordings(name);
        string[] faults =
        [
            .. recordings.RootElement.GetProperty("cases").EnumerateArray()
                .SelectMany(one => GoldFamilyTests.TextFaults(tokenizer, one, onlyParsed: true)),
        ];
        Assert.True(faults.Length == 0, string.Join('\n', faults.Take(20)));
        AssertAlike(file, tokenizer);
    }

    [Theory, MemberData(nameof(Files))]
    public void The_folder_encodes_and_decodes_as_the_file(string name)
    {
        string path = SharedData.Require($"traps/{name}.gguf");
        (ITokenizer file, ITokenizer tokenizer) = Convert(path);
        AssertAlike(file, tokenizer);
        ChatTemplates expected = ChatTemplates.Read(path), actual = ChatTemplates.Read(folder["model"]);
        Assert.Equal(expected.Names.Order(StringComparer.Ordinal), actual.Names.Order(StringComparer.Ordinal));
        Assert.Equal(expected.Tokens.OrderBy(token => token.Key), actual.Tokens.OrderBy(token => token.Key));
        if (name.EndsWith("broken", StringComparison.Ordinal))
            Assert.Throws<ChatTemplateException>(() => actual.Choose());
        else if (actual.Names.Contains("default"))
            Assert.Equal(expected.Choose().Source, actual.Choose().Source);
    }

    [Fact]
    public void The_real_model_asks_alike_from_file_and_folder()
    {
        string shared = SharedData.Require("models/smollm2-135m-instruct");
        string path = Path.Combine(shared, "SmolLM2-135M-Instruct.Q4_1.gguf");
        (ITokenizer file, ITokenizer tokenizer) = Convert(path);
        AssertAlike(file, tokenizer);
        ChatTemplates templates = ChatTemplates.Read(folder["model"]);
        using var recorded = JsonDocument.Parse(File.ReadAllText(Path.Combine(shared, "chat.json")));
        foreach (JsonElement test in recorded.RootElement.EnumerateArray())
        {
            string messages = "{\"messages\": " + test.GetProperty("messages").GetRawText() + ", \"add_generation_prompt\": true}";
            using var conversation = JsonDocument.Parse(messages);
            Assert.Equal(
                test.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32()),
                ModelPrompt.Encode(tokenizer, templates.Render(conversation.RootElement)));
        }

        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder["model"], "tokenizer_config.json")));
        Assert.Equal(
            ("PreTrainedTokenizerFast", false, "<|im_end|>"),
            (Text("tokenizer_class"), config.RootElement.GetProperty("add_bos_token").GetBoolean(), Text("eos_token")));

        string? Text(string name) => config.RootElement.GetProperty(name).GetString();
    }

    [Fact]
    public void A_vocabulary_made_here_becomes_a_folder()
    {
        TinyGgufVocabulary pairs = TinyGgufVocabulary.BytePairs("llama-bpe").Merge("a", "b").Merge("ab", "c").Add("<b>", 4).Add("</s>", 3);
        pairs.Id("bos", pairs.Count - 1).Id("eos", pairs.Count - 1).Save(folder["v.gguf"]);
        (ITokenizer file, ITokenizer tokenizer) = Convert(folder["v.gguf"]);
        Assert.Equal(pairs.Count - 1, tokenizer.BeginOfSequence);
        AssertAlike(file, tokenizer);
    }

    /// <summary>
    /// Vocabularies of random pieces over two letters with few scores: where an order of merges is found, all texts encode alike.
    /// </summary>
    [Fact]
    public void Merges_follow_from_scores_or_are_not_written()
    {
        var random = new Random(7);
        string[] texts = [.. Texts("", 9)];
        int written = 0, tied = 0;
        for (int trial = 0; trial < 300; trial++)
        {
            string[] pieces = [.. Enumerable.Range(0, random.Next(2, 9)).Select(_ => Piece(random)).Distinct()];
            int values = trial % 3 == 0 ? 3 : 12, slope = trial % 2 == 0 ? 4 : 0;
            float[] scores = [.. pieces.Select(piece => (float)random.Next(values) - (slope * piece.Length))];
            var vocabulary = TinyGgufVocabulary.Pieces();
            vocabulary.Flag("tokenizer.ggml.add_space_prefix", false);
            foreach (string letter in trial % 5 == 0 ? (string[])["a"] : ["a", "b"])
                vocabulary.Add(letter, 1, -1000);
            foreach ((string piece, float score) in pieces.Zip(scores))
                vocabulary.Add(piece, 1, score);
            vocabulary.Save(folder["v.gguf"]);
            using var made = new TemporaryFolder();
            List<string> notes = [];
            bool hasTokenizer = Write(folder["v.gguf"], made["model"], notes);
            Assert.Equal(hasTokenizer ? 0 : 1, notes.Count);
            if (!hasTokenizer)
                continue;
            written++;
            tied += scores.Distinct().Count() < scores.Length ? 1 : 0;
            ITokenizer file = TokenizerLoader.Load(folder["v.gguf"]), tokenizer = TokenizerLoader.Load(made["model"]);
            Assert.All(texts, text => Assert.Equal(file.Encode(text), tokenizer.Encode(text)));
        }

        Assert.InRange(written, 100, 299);
        Assert.InRange(tied, 20, 299);
    }

    /// <summary>Vocabularies have runs of spaces of all lengths with one score, the worst.</summary>
    [Fact]
    public void Runs_of_spaces_grow_from_the_left()
    {
        TinyGgufVocabulary vocabulary = TinyGgufVocabulary.Pieces("\u2581a", "ab", "\u2581ab");
        foreach (int length in (int[])[1, 3, 2, 5, 4])
            vocabulary.Add(new('\u2581', length), 1, -1e9f);
        vocabulary.Add("a", 1, -1000).Add("b", 1, -1001).Save(folder["v.gguf"]);
        (ITokenizer file, ITokenizer tokenizer) = Convert(folder["v.gguf"]);
        for (int length = 0; length < 40; length++)
        {
            string text = new string(' ', length) + "ab" + new string(' ', length / 2) + "b";
            Assert.Equal(file.Encode(text), tokenizer.Encode(text));
        }
    }

    [Fact]
    public void A_file_whose_tokenizer_cannot_be_read_becomes_a_folder_without()
    {
        TinyGgufVocabulary.BytePairs("unheard-of").Save(folder["v.gguf"]);
        List<string> notes = [];
        Assert.False(Write(folder["v.gguf"], folder["model"], notes));
        Assert.Contains("unheard-of", Assert.Single(notes), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(folder["model"]));
    }

    public void Dispose() => folder.Dispose();

    private static IEnumerable<string> Texts(string begun, int most) =>
        most == 0 ? [begun] : [begun, .. Texts(begun + "a", most - 1), .. Texts(begun + "b", most - 1)];

    private static string Piece(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => random.Next(2) == 0 ? "a" : "b"));

    private static bool Write(string file, string output, List<string> notes)
    {
        using var made = new NewFolder(output, [.. TokenizerConversion.FileNames]);
        bool hasTokenizer = TokenizerConversion.Write(file, made, 2048, notes).HasTokenizer;
        made.Commit();
        return hasTokenizer;
    }

    private static void AssertAlike(ITokenizer file, ITokenizer tokenizer)
    {
        Assert.Equal((file.BeginOfSequence, file.EndOfSequence), (tokenizer.BeginOfSequence, tokenizer.EndOfSequence));
        var random = new Random(3);
        for (int trial = 0; trial < 300; trial++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            foreach (EncodeOptions options in (EncodeOptions[])[default, new(ParseSpecial: true), new(AddSpecial: true)])
                Assert.Equal(file.Encode(text, options), tokenizer.Encode(text, options));
            int[] ids = [.. Enumerable.Range(0, 8).Select(_ => random.Next(file.VocabularySize))];
            Assert.Equal(file.Decode(ids, trial % 2 == 0), tokenizer.Decode(ids, trial % 2 == 0));
        }

        for (int id = 0; id < file.VocabularySize; id++)
            Assert.Equal((file.TokenText(id) ?? "", file.IsSpecial(id)), (tokenizer.TokenText(id) ?? "", tokenizer.IsSpecial(id)));
    }

    private (ITokenizer File, ITokenizer Folder) Convert(string path)
    {
        List<string> notes = [];
        Assert.True(Write(path, folder["model"], notes), string.Join('\n', notes));
        return (TokenizerLoader.Load(path), TokenizerLoader.Load(folder["model"]));
    }
}
