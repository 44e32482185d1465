// Tour: docs/kernels.md#tileproduct
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;

namespace Homer.Kernels.MatMul.Cpu;

/// <summary><see cref="PackedGemm"/> for one width of vectors.</summary>
internal sealed unsafe class PackedGemm<TVector, TBody> : PackedGemm
    where TVector : struct
    where TBody : struct, IVectorBody<TVector>
{
    // A panel of this depth stays in the L1 cache.
    private const int DepthBlock = 256;

    private static int Width => 2 * TBody.Lanes;

    public override void PackTransposed(StridedMatrix m, int rows, int depth, float* panels)
    {
        float* scratch = stackalloc float[PanelPacking.RowsTogether * depth];
        var source = new StoredRows<Float32>((Float32*)m.Start, (int)m.RowStride);
        for (int row = 0; row < rows; row += Width)
            PanelPacking.Pack<StoredRows<Float32>, TVector, TBody>(source, row, 0, Width, depth, panels + ((long)row * depth), scratch);
    }

    public override void Pack(StridedMatrix m, int depth, int columns, float* panels)
    {
        for (int column = 0; column < columns; column += Width)
        {
            float* source = m.Start + column;
            for (int p = 0; p < depth; p++, source += m.RowStride, panels += Width)
            {
                TBody.Store(TBody.Load(source), panels);
                TBody.Store(TBody.Load(source + TBody.Lanes), panels + TBody.Lanes);
            }
        }
    }

    public override void Multiply(StridedMatrix x, PackedPanels w, StridedMatrix y, int rows, int depth, int columns, bool add)
    {
        for (int p = 0; p < depth; p += DepthBlock)
        {
            for (int column = 0; column < columns; column += Width)
            {
                new PanelProduct
                {
                    X = x.FromColumn(p),
                    Panel = w.Start + ((long)column * w.Depth) + ((long)p * Width),
                    Y = y.Start + column,
                    YStride = (int)y.RowStride,
                    Depth = Math.Min(DepthBlock, depth - p),
                    Rows = rows,
                    Accumulate = add || p > 0,
                }.Multiply<TVector, TBody>();
            }
        }
    }

    public override PackedPanels Skip(PackedPanels panels, int rows) => new(panels.Start + ((long)rows * Width), panels.Depth);
}
