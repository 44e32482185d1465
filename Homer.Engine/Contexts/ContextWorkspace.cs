using Homer.Engine.Models;
using Homer.Kernels.Devices;

namespace Homer.Engine.Contexts;

/// <summary>The device memory for appending blocks of at most <c>rows</c> tokens to a context.</summary>
internal sealed class ContextWorkspace : IDisposable
{
    private readonly BufferSet buffers;

    public ContextWorkspace(TransformerModel model, RopeTable rope, int rows)
    {
        var plan = new Plan(model, rope, rows);
        buffers = plan.Allocate(model.Device);
        Forward = buffers.Get(plan.Forward);
        Hidden = buffers.Get(plan.Hidden);
        Positions = buffers.Get(plan.Positions);
    }

    /// <summary>The forward pass and its activations.</summary>
    public ForwardPass Forward { get; }

    /// <summary>The hidden states [rows, hidden_size].</summary>
    public DeviceBuffer<float> Hidden { get; }

    /// <summary>The positions of the tokens [rows].</summary>
    public DeviceBuffer<int> Positions { get; }

    /// <summary>Returns the bytes of device memory that a workspace takes.</summary>
    public static long BytesFor(TransformerModel model, int rows) => new Plan(model, null, rows).Bytes();

    /// <inheritdoc/>
    public void Dispose() => buffers.Dispose();

    // A forecast needs no RoPE table.
    private sealed class Plan : BufferPlan
    {
        public Plan(TransformerModel model, RopeTable? rope, int rows)
        {
            Forward = Add(ForwardPass.BytesFor(model, rows), MemoryUse.Workspace, _ => new ForwardPass(model, rope!, rows));
            Hidden = Add<float>((long)rows * model.Config.HiddenSize, MemoryUse.Workspace);
            Positions = Add<int>(rows, MemoryUse.Workspace);
        }

        public Planned<ForwardPass> Forward { get; }

        public Planned<DeviceBuffer<float>> Hidden { get; }

        public Planned<DeviceBuffer<int>> Positions { get; }
    }
}
