using Homer.Engine.Contexts;
using Homer.Engine.Generation;
using Homer.Engine.Models;
using Homer.Engine.Reading;
using Homer.Kernels.Devices;

namespace Homer.Engine.Methods.Recall;

/// <summary>The memory and the work of a reading by recall, known from lengths alone.</summary>
public sealed class RecallForecast : ReadingForecast
{
    private readonly ContextRequest request;
    private readonly ReadingForecast? tree;

    internal RecallForecast(RecallReading reading, GenerationOptions? generation)
    {
        Reading = reading;
        request = reading.Request;
        tree = reading.Tree?.Forecast(generation);
        Memory = MemoryOf(generation);
        (Work, WorkWithKeptLeaves) = WorkOf();
    }

    /// <summary>The reading that is forecast.</summary>
    public RecallReading Reading { get; }

    /// <inheritdoc/>
    public override MemoryForecast Memory { get; }

    /// <inheritdoc/>
    public override WorkForecast Work { get; }

    /// <inheritdoc/>
    /// <remarks>The keys of the document are then kept, too.</remarks>
    public override WorkForecast WorkWithKeptLeaves { get; }

    /// <summary>The bytes of host memory that the keys of the document take.</summary>
    public long KeyBytes => Reading.Chunks == 0 ? 0 : (long)request.Input.Document.Count * Reading.BytesPerToken;

    /// <inheritdoc/>
    public override IReadOnlyList<int> CachedTokens =>
        tree?.CachedTokens ?? [.. Enumerable.Repeat(ReadTokens, request.Model.Config.Layers)];

    /// <inheritdoc/>
    public override int LongestPass => Math.Max(
        tree?.LongestPass ?? 0,
        Math.Min(
            request.Model.Device.BlockLength,
            Math.Max(Reading.Chunks == 0 ? 0 : Reading.Options.Chunk, tree is null ? ReadTokens : 0)));

    /// <summary>The number of tokens that are read for the answer, affixes included.</summary>
    private int ReadTokens => request.Input.Prefix.Count + Reading.Chosen + request.Input.Suffix.Count;

    private MemoryForecast MemoryOf(GenerationOptions? generation)
    {
        TransformerModel model = request.Model;
        long held = model.Device.Memory.InUse;
        MemoryForecast most = tree?.Memory ?? PlainFootprint.Forecast(request, ReadTokens, held, generation);
        if (Reading.Chunks == 0)
            return most;
        var reader = new KeyReaderBuffers(model, Reading.Options, request.ResolvedRopeScaling);
        long search = RecallSearch.BytesFor(
            model.Config, Reading.Options.Heads.Count, request.Input.Document.Count, Reading.QueryCount);
        MemoryForecast reading = new(held, reader.Bytes(MemoryUse.Cache), reader.Bytes(MemoryUse.Workspace));
        return new[] { most, reading, new(held, 0, search) }.MaxBy(phase => phase.PeakBytes)!;
    }

    private (WorkForecast All, WorkForecast Asking) WorkOf()
    {
        ModelConfig config = request.Model.Config;
        WorkForecast answer = tree?.Work ?? WorkForecast.OfPlain(config, ReadTokens);
        if (Reading.Chunks == 0)
            return (answer, answer);
        int prefix = request.Input.Prefix.Count, layers = Reading.Options.Heads.Max(head => head.Layer);
        WorkForecast asking = Add(Add(answer, prefix, 0), request.Input.Suffix.Count, prefix), all = asking;
        foreach (int tokens in Reading.ChunkLengths)
            all = Add(all, tokens, prefix);
        return (all, asking);

        WorkForecast Add(WorkForecast sum, int tokens, int past) => new(
            sum.TokenLayers + ((long)tokens * layers), sum.Flop + (layers * WorkForecast.LayerFlop(config, tokens, tokens, past)));
    }
}
