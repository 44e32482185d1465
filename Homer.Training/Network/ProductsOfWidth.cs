using System.Runtime.CompilerServices;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul.Cpu;

namespace Homer.Training.Network;

/// <summary><see cref="Products"/> for one width of vectors.</summary>
internal sealed unsafe class Products<TVector, TBody> : Products
    where TVector : struct
    where TBody : struct, IVectorBody<TVector>
{
    // A panel of so many rows stays in the first-level cache.
    private const int DepthBlock = 256;
    private const int RowBlock = 6;

    public override int Width => 2 * TBody.Lanes;

    public override void PackRows(float* m, int stride, int rows, int depth, float* panels)
    {
        float* scratch = stackalloc float[PanelPacking.RowsTogether * depth];
        for (int row = 0; row < rows; row += Width)
            PanelPacking.Pack<StoredRows<Float32>, TVector, TBody>(new((Float32*)m, stride), row, 0, Width, depth, panels + ((long)row * depth), scratch);
    }

    public override void PackColumns(float* m, int stride, int depth, int columns, float* panels)
    {
        for (int column = 0; column < columns; column += Width)
        {
            float* source = m + column;
            for (int p = 0; p < depth; p++, source += stride, panels += Width)
            {
                TBody.Store(TBody.Load(source), panels);
                TBody.Store(TBody.Load(source + TBody.Lanes), panels + TBody.Lanes);
            }
        }
    }

    public override void Multiply(float* x, int xStride, float* panels, int packedDepth, int depth, float* y, int yStride, int rows, int columns, bool add)
    {
        for (int p = 0; p < depth; p += DepthBlock)
        {
            for (int column = 0; column < columns; column += Width)
            {
                new PanelProduct
                {
                    X = x + p,
                    XStride = xStride,
                    Panel = panels + ((long)column * packedDepth) + (p * Width),
                    Y = y + column,
                    YStride = yStride,
                    Depth = Math.Min(DepthBlock, depth - p),
                    Rows = rows,
                    Accumulate = add || p > 0,
                }.Multiply<TVector, TBody>();
            }
        }
    }

    public override void MultiplyTransposed(
        float* x, int xStride, float* panels, int packedDepth, int depth, float* y, int yStride, int rows, int columns, bool add)
    {
        for (int p = 0; p < depth; p += DepthBlock)
        {
            for (int column = 0; column < columns; column += Width)
            {
                float* panel = panels + ((long)column * packedDepth) + (p * Width), input = x + ((long)p * xStride);
                for (int row = 0; row < rows; row += RowBlock)
                    SixColumns(input + row, xStride, panel, y + ((long)row * yStride) + column, yStride, Math.Min(DepthBlock, depth - p), rows - row, add || p > 0);
            }
        }
    }

    /// <summary>As the engine's tile, but the six rows of x are columns beside one another; the last stands in for those that are missing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SixColumns(float* x, int xStride, float* panel, float* y, int yStride, int depth, int rows, bool add)
    {
        int lanes = TBody.Lanes, last = rows - 1;
        float* x1 = x + Math.Min(1, last), x2 = x + Math.Min(2, last), x3 = x + Math.Min(3, last), x4 = x + Math.Min(4, last), x5 = x + Math.Min(5, last);
        TVector a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default;
        TVector d0 = default, d1 = default, e0 = default, e1 = default, f0 = default, f1 = default;
        for (nint p = 0, at = 0; p < depth; p++, at += xStride, panel += 2 * lanes)
        {
            TVector w0 = TBody.Load(panel), w1 = TBody.Load(panel + lanes), v = TBody.Broadcast(x[at]);
            a0 = TBody.MultiplyAdd(v, w0, a0);
            a1 = TBody.MultiplyAdd(v, w1, a1);
            v = TBody.Broadcast(x1[at]);
            b0 = TBody.MultiplyAdd(v, w0, b0);
            b1 = TBody.MultiplyAdd(v, w1, b1);
            v = TBody.Broadcast(x2[at]);
            c0 = TBody.MultiplyAdd(v, w0, c0);
            c1 = TBody.MultiplyAdd(v, w1, c1);
            v = TBody.Broadcast(x3[at]);
            d0 = TBody.MultiplyAdd(v, w0, d0);
            d1 = TBody.MultiplyAdd(v, w1, d1);
            v = TBody.Broadcast(x4[at]);
            e0 = TBody.MultiplyAdd(v, w0, e0);
            e1 = TBody.MultiplyAdd(v, w1, e1);
            v = TBody.Broadcast(x5[at]);
            f0 = TBody.MultiplyAdd(v, w0, f0);
            f1 = TBody.MultiplyAdd(v, w1, f1);
        }

        PanelProduct.Finish<TVector, TBody>(a0, a1, y, add);
        if (rows > 1)
            PanelProduct.Finish<TVector, TBody>(b0, b1, y + yStride, add);
        if (rows > 2)
            PanelProduct.Finish<TVector, TBody>(c0, c1, y + (2L * yStride), add);
        if (rows > 3)
            PanelProduct.Finish<TVector, TBody>(d0, d1, y + (3L * yStride), add);
        if (rows > 4)
            PanelProduct.Finish<TVector, TBody>(e0, e1, y + (4L * yStride), add);
        if (rows > 5)
            PanelProduct.Finish<TVector, TBody>(f0, f1, y + (5L * yStride), add);
    }
}
