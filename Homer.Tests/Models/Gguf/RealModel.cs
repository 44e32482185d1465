using System.Globalization;
using System.Text.Json;
using Homer.Engine.Contexts;
using Homer.Engine.Methods.Homer;
using Homer.Engine.Models;
using Homer.Engine.Weights;
using Homer.Tests.Support;

namespace Homer.Tests.Models.Gguf;

/// <summary>
/// SmolLM2-135M-Instruct as people download it (GGUF, Q4_1), and what the reference implementation computes on its weights, widened to 32
/// bits: logits and losses of a novel, and greedy answers.
/// </summary>
internal sealed class RealModel : IDisposable
{
    private const string Folder = "models/smollm2-135m-instruct";
    private const double Recorded = 1e-2;

    // Below this lead of the chosen logit another order of sums may choose another token.
    private const double NearTie = 0.01;

    private readonly SafetensorsFile text = SafetensorsFile.Open(SharedData.Require($"{Folder}/text.safetensors"));
    private readonly int[] ids;

    public RealModel() => ids = text.ReadArray<int>("ids");

    /// <summary>The file; the test is skipped where it is not there.</summary>
    public static string File => SharedData.Require($"{Folder}/SmolLM2-135M-Instruct.Q4_1.gguf");

    public void Dispose() => text.Dispose();

    /// <summary>Fails unless a model computes the recorded losses and logits of the first tokens of the novel.</summary>
    public void AssertPlain(TransformerModel model, int length)
    {
        using KvContext context = KvContext.Create(model, model.Config.RopeScaling, length);
        AssertText(model, context, 0, length);
    }

    /// <summary>
    /// Fails unless a single chunk of HOMER, which nothing is dropped from, gives the recorded logits, and the recorded losses of as many
    /// tokens after it.
    /// </summary>
    public void AssertHomer(TransformerModel model, int length)
    {
        using (KvContext chunk = ReadChunk(model, length, 0))
            AssertTop(length, chunk.ReadLogits());
        using KvContext half = ReadChunk(model, length / 2, length - (length / 2));
        AssertText(model, half, length / 2, length);
    }

    /// <summary>Fails unless a model gives the recorded answers, each up to the first near-tie.</summary>
    /// <param name="model">The model.</param>
    /// <param name="chosen">The indices of conversations.</param>
    public static void AssertAnswers(TransformerModel model, IEnumerable<int> chosen)
    {
        using JsonDocument chats = JsonDocument.Parse(System.IO.File.ReadAllBytes(SharedData.Require($"{Folder}/chat.json")));
        foreach (int index in chosen)
        {
            JsonElement chat = chats.RootElement[index];
            int[] prompt = List(chat, "prompt_ids", id => id.GetInt32()), answer = List(chat, "greedy", id => id.GetInt32());
            double[] margins = List(chat, "margins", margin => margin.GetDouble());
            using KvContext context = KvContext.Create(model, model.Config.RopeScaling, prompt.Length + answer.Length);
            context.Append(prompt);
            for (int i = 0; i < answer.Length && margins[i] >= NearTie; i++)
            {
                float[] logits = context.ReadLogits();
                int token = Array.IndexOf(logits, logits.Max());
                Assert.True(token == answer[i], $"answer {index}: token {i} is {token}, not {answer[i]}");
                context.Append([token]);
            }
        }
    }

    private KvContext ReadChunk(TransformerModel model, int length, int room)
    {
        const int Affix = 8;
        var method = new HomerMethod(HomerOptions.Paper with { Chunk = length, Target = length });
        var input = new ContextInput(ids[..Affix], ids[Affix..(length - Affix)], ids[(length - Affix)..length]);
        return method.Read(new(model, input) { NewTokens = room });
    }

    private void AssertText(TransformerModel model, KvContext context, int start, int end)
    {
        float[] recorded = text.ReadArray<float>("nll"), losses = new float[end - 1];
        int vocabulary = model.Config.VocabularySize, last = 0;
        context.Append(ids.AsSpan(start..end), select: new(_ => true, (first, rows) =>
        {
            int count = rows.Length / vocabulary;
            Parallel.For(0, count, row =>
            {
                ReadOnlySpan<float> logits = rows.AsSpan(row * vocabulary, vocabulary);
                int read = start + first + row + 1;
                if (read < end)
                    losses[read - 1] = (float)Loss(logits, ids[read]);
                AssertTop(read, logits);
            });
            last = start + first + count;
        }));
        Assert.Equal(end, last);
        Expected.AssertAll(Expected.Within(recorded.AsSpan(start..(end - 1)), Recorded), losses.AsSpan(start), "losses");
        Show(losses, recorded, start);
    }

    /// <summary>Writes the mean losses of every 1,024 tokens beside the recorded ones.</summary>
    private static void Show(float[] losses, float[] recorded, int start)
    {
        const int Piece = 1024;
        for (int first = start; first < losses.Length; first += Piece)
        {
            int end = Math.Min(first + Piece, losses.Length);
            float[] own = losses[first..end], its = recorded[first..end];
            double largest = own.Zip(its, (loss, recordedLoss) => Math.Abs(loss - recordedLoss)).Max();
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"tokens {first} to {end}: mean loss {own.Average():0.0000}, recorded {its.Average():0.0000}, "
                + $"largest error {largest:0.0e+0}"));
        }
    }

    private void AssertTop(int length, ReadOnlySpan<float> logits)
    {
        if (!text.Tensors.ContainsKey($"top_ids.{length}"))
            return;
        int[] top = text.ReadArray<int>($"top_ids.{length}");
        var actual = new float[top.Length];
        for (int i = 0; i < top.Length; i++)
            actual[i] = logits[top[i]];
        Expected.AssertAll(
            Expected.Within(text.ReadArray<float>($"top_logits.{length}"), Recorded), actual, $"logits after {length} tokens");
    }

    private static double Loss(ReadOnlySpan<float> logits, int id)
    {
        double largest = logits[0], sum = 0;
        foreach (float logit in logits)
            largest = Math.Max(largest, logit);
        foreach (float logit in logits)
            sum += Math.Exp(logit - largest);
        return Math.Log(sum) + largest - logits[id];
    }

    private static T[] List<T>(JsonElement json, string name, Func<JsonElement, T> read) =>
        [.. json.GetProperty(name).EnumerateArray().Select(read)];
}
