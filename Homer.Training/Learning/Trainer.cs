using Homer.Engine.Models;
using Homer.Engine.Randomness;
using Homer.Kernels.Devices;
using Homer.Training.Documents;
using Homer.Training.Network;

namespace Homer.Training.Learning;

/// <summary>
/// Trains a model step by step. Every document follows from the recipe's seed and its number, so that only the parameters and the moments
/// of the optimizer pass from one step to the next. Micro-batches are dealt out by their number of layers alone, so that a number of
/// threads always gives the same sums.
/// </summary>
internal sealed class Trainer : IDisposable
{
    private readonly Lifetime lifetime = new();
    private readonly Recipe recipe;
    private readonly DocumentWriter writer;
    private readonly PackedWeights packed;
    private readonly AdamW optimizer;
    private readonly NetworkPass[] workers;

    /// <summary>Initializes the parameters.</summary>
    /// <param name="config">The shape of the model.</param>
    /// <param name="recipe">The settings.</param>
    /// <param name="writer">Writes the documents.</param>
    /// <param name="threads">The number of threads that share the work.</param>
    public Trainer(ModelConfig config, Recipe recipe, DocumentWriter writer, int threads)
    {
        this.recipe = recipe;
        this.writer = writer;
        Layout = new(config, recipe.ExtraHeads);
        Parameters = lifetime.Own(new FloatBlock(Layout.Length));
        packed = lifetime.Own(new PackedWeights(Layout));
        optimizer = lifetime.Own(new AdamW(Layout));
        workers =
        [
            .. Enumerable.Range(0, threads).Select(_ =>
                lifetime.Own(new NetworkPass(Layout, Parameters, packed, recipe.TokensPerMicroBatch, recipe.Supervisions))),
        ];
        ParameterInitialization.Fill(Layout, Parameters, recipe.Seed);
    }

    public ParameterLayout Layout { get; }

    public FloatBlock Parameters { get; }

    /// <summary>The number of the next step, from 0.</summary>
    public int Step { get; private set; }

    /// <summary>The losses since the last call of <see cref="TakeTally"/>.</summary>
    public LossTally Tally { get; private set; } = new();

    /// <summary>Continues from a checkpoint, if the file exists.</summary>
    /// <exception cref="HomerException">The checkpoint is from a training with other settings, or damaged.</exception>
    public void Resume(string path) => Step = Checkpoint.Read(path, recipe, Parameters, optimizer) ?? Step;

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="HomerException">The file cannot be written.</exception>
    public void Save(string path) => Checkpoint.Write(path, recipe, Step, Parameters, optimizer);

    /// <summary>Returns the tally and begins a new one.</summary>
    public LossTally TakeTally()
    {
        (LossTally taken, Tally) = (Tally, new());
        return taken;
    }

    /// <summary>Learns from the documents of one step.</summary>
    /// <returns>The L2 norm of the gradient before it is clipped.</returns>
    public double Advance()
    {
        int tokens = recipe.StageOf(Step).Tokens;
        MicroBatch[] batches = new MicroBatch[Math.Max(1, recipe.TokensPerStep / recipe.TokensPerMicroBatch)];
        Share(worker =>
        {
            for (int i = worker; i < batches.Length; i += workers.Length)
                batches[i] = Write(i, tokens);
            packed.Pack(Parameters, worker, workers.Length);
        });
        float lossScale = (float)(1 / batches.Sum(batch => batch.Weight));
        List<MicroBatch>[] shares = Deal(batches);
        LossTally[] tallies = [.. workers.Select(_ => new LossTally())];
        Share(worker =>
        {
            workers[worker].Gradient.Span.Clear();
            foreach (MicroBatch batch in shares[worker])
                workers[worker].Differentiate(batch, lossScale, tallies[worker]);
        });
        foreach (LossTally tally in tallies)
            Tally.Add(tally);
        double norm = GradientSum.Reduce([.. workers.Select(worker => worker.Gradient)]);
        double factor = norm > recipe.ClipNorm ? recipe.ClipNorm / norm : 1;
        double rate = recipe.LearningRateOf(Step);
        Step++;
        var step = new OptimizerStep(Step, factor, rate, recipe.WeightDecay);
        Share(worker => optimizer.Update(Parameters, workers[0].Gradient, step, worker, workers.Length));
        return norm;
    }

    /// <summary>Measures the losses of documents with all layers, without learning from them.</summary>
    public LossTally Measure(IReadOnlyList<TrainingDocument> documents)
    {
        int sequences = recipe.TokensPerMicroBatch / (documents[0].Ids.Length - 1);
        int[] all = [.. Enumerable.Range(0, Layout.Config.Layers)];
        MicroBatch[] batches = [.. documents.Chunk(sequences).Select(chunk => new MicroBatch(chunk, all))];
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

    /// <summary>Runs the work of every worker, each on a thread.</summary>
    private void Share(Action<int> work) =>
        Parallel.For(0, workers.Length, new() { MaxDegreeOfParallelism = workers.Length }, work);

    /// <summary>Writes the documents of a micro-batch and draws its layers.</summary>
    private MicroBatch Write(int number, int tokens)
    {
        int seed = DerivedSeed.Mix(recipe.Seed, Step, number);
        int layers = Layout.Config.Layers;
        bool isMaskedPhase = recipe.IsMasked(Step), masksFacts = isMaskedPhase && number % 2 == 0;
        IReadOnlyList<int> kept = masksFacts || Step < recipe.LayerDropStart * recipe.Steps
            ? [.. Enumerable.Range(0, layers)]
            : LayerDrop.Draw(new Random(seed), layers, recipe.KeptLayers, recipe.LayerDropProbability);
        bool ends = Step >= recipe.Steps;
        return new(
            [
                .. Enumerable.Range(0, recipe.TokensPerMicroBatch / tokens)
                    .Select(i => writer.Write(DerivedSeed.Mix(seed, i), tokens, ends, bare: isMaskedPhase)),
            ],
            kept,
            masksFacts ? new Random(seed).Next(recipe.LeafLayers, layers) : 0);
    }

    /// <summary>Deals micro-batches out, those with most layers first, each to the worker with the least to do.</summary>
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
