using Homer.Engine.Models;
using Homer.Engine.Randomness;
using Homer.Kernels.Devices;
using Homer.Training.Documents;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>
/// The training, step by step. Every document follows from the recipe's seed and its number, so nothing but parameters and moments goes from step to
/// step; and micro-batches are shared out by their length alone, so that a number of threads always gives the same sums.
/// </summary>
internal sealed class Trainer : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly Recipe recipe;
    private readonly DocumentWriter writer;
    private readonly PackedWeights packed;
    private readonly AdamW optimizer;
    private readonly NetworkPass[] workers;

    /// <summary>Begins a training.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="recipe">The settings.</param>
    /// <param name="writer">The documents.</param>
    /// <param name="threads">Threads to share the work.</param>
    public Trainer(ModelConfig config, Recipe recipe, DocumentWriter writer, int threads)
    {
        this.recipe = recipe;
        this.writer = writer;
        Layout = new(config, recipe.Ahead);
        Parameters = lifetime.Own(new FloatBlock(Layout.Length));
        packed = lifetime.Own(new PackedWeights(Layout));
        optimizer = lifetime.Own(new AdamW(Layout));
        workers = [.. Enumerable.Range(0, threads).Select(_ => lifetime.Own(new NetworkPass(Layout, Parameters, packed, recipe.TokensTogether, recipe.Lessons)))];
        ParameterStart.Fill(Layout, Parameters, recipe.Seed);
    }

    public ParameterLayout Layout { get; }

    public FloatBlock Parameters { get; }

    /// <summary>The number of the next step, from 0.</summary>
    public int Step { get; private set; }

    /// <summary>What was counted since the last call.</summary>
    public LossTally Tally { get; private set; } = new();

    /// <summary>Goes on from a file, if it is there.</summary>
    public void Resume(string path) => Step = Checkpoint.Read(path, recipe, Parameters, optimizer) ?? Step;

    /// <summary>Keeps the state in a file.</summary>
    public void Save(string path) => Checkpoint.Write(path, recipe, Step, Parameters, optimizer);

    /// <summary>Takes what was counted, and counts anew.</summary>
    public LossTally TakeTally()
    {
        (LossTally taken, Tally) = (Tally, new());
        return taken;
    }

    /// <summary>Learns from one step's documents.</summary>
    /// <returns>The length of the gradient before it is clipped.</returns>
    public double Advance()
    {
        int tokens = recipe.StageOf(Step).Tokens;
        MicroBatch[] batches = new MicroBatch[Math.Max(1, recipe.TokensPerStep / recipe.TokensTogether)];
        Share(worker =>
        {
            for (int i = worker; i < batches.Length; i += workers.Length)
                batches[i] = Write(i, tokens);
            packed.Pack(Parameters, worker, workers.Length);
        });
        float unit = (float)(1 / batches.Sum(batch => batch.Weight));
        List<MicroBatch>[] shares = Deal(batches);
        LossTally[] tallies = [.. workers.Select(_ => new LossTally())];
        Share(worker =>
        {
            workers[worker].Gradient.Span.Clear();
            foreach (MicroBatch batch in shares[worker])
                workers[worker].Differentiate(batch, unit, tallies[worker]);
        });
        foreach (LossTally tally in tallies)
            Tally.Add(tally);
        double norm = GradientSum.Take([.. workers.Select(worker => worker.Gradient)]);
        double factor = norm > recipe.ClipNorm ? recipe.ClipNorm / norm : 1, rate = recipe.LearningRateOf(Step);
        Step++;
        Share(worker => optimizer.Update(Parameters, workers[0].Gradient, factor, rate, recipe.WeightDecay, Step, worker, workers.Length));
        return norm;
    }

    /// <summary>Counts how well all layers together do on documents.</summary>
    public LossTally Measure(IReadOnlyList<TrainingDocument> documents)
    {
        int together = recipe.TokensTogether / (documents[0].Ids.Length - 1);
        int[] all = [.. Enumerable.Range(0, Layout.Config.Layers)];
        MicroBatch[] batches = [.. documents.Chunk(together).Select(chunk => new MicroBatch(chunk, all))];
        LossTally[] tallies = [.. workers.Select(_ => new LossTally())];
        Share(worker => packed.Pack(Parameters, worker, workers.Length));
        Share(worker =>
        {
            for (int i = worker; i < batches.Length; i += workers.Length)
                workers[worker].Measure(batches[i], tallies[worker]);
        });
        foreach (LossTally tally in tallies[1..])
            tallies[0].Add(tally);
        return tallies[0];
    }

    public void Dispose() => lifetime.Dispose();

    private void Share(Action<int> work) => Parallel.For(0, workers.Length, new() { MaxDegreeOfParallelism = workers.Length }, work);

    private MicroBatch Write(int number, int tokens)
    {
        int seed = DerivedSeed.Mix(recipe.Seed, Step, number);
        int layers = Layout.Config.Layers;
        bool late = recipe.IsLate(Step), blind = late && number % 2 == 0;
        IReadOnlyList<int> left = blind || Step < recipe.DropFrom * recipe.Steps
            ? [.. Enumerable.Range(0, layers)]
            : LayerDropping.Draw(new Random(seed), layers, recipe.KeptLayers, recipe.Drop);
        return new(
            [.. Enumerable.Range(0, recipe.TokensTogether / tokens).Select(i => writer.Write(DerivedSeed.Mix(seed, i), tokens, ends: Step >= recipe.Steps, bare: late))], left,
            blind ? new Random(seed).Next(recipe.LeafLayers, layers) : 0);
    }

    /// <summary>The deepest first, each to the worker with the least to do.</summary>
    private List<MicroBatch>[] Deal(MicroBatch[] batches)
    {
        List<MicroBatch>[] shares = [.. workers.Select(_ => new List<MicroBatch>())];
        int[] layers = new int[shares.Length];
        foreach (MicroBatch batch in batches.OrderByDescending(batch => batch.Layers.Count))
        {
            int least = Array.IndexOf(layers, layers.Min());
            shares[least].Add(batch);
            layers[least] += batch.Layers.Count + 1;
        }

        return shares;
    }
}
