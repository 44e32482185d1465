using System.Runtime.Intrinsics;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.KvCache;
using Homer.Kernels.Rows;
using ILGPU;

namespace Homer.Kernels.Attention.Cpu;

// Tour: docs/kernels.md#windows-and-soft-caps
/// <summary>
/// The CPU body of <see cref="WindowedTile"/>: blocks of tokens as in <see cref="AttentionTileCpu"/>; few tokens one query at a time, by
/// the steps of <see cref="AttentionRow"/>.
/// </summary>
internal static unsafe class WindowedTileCpu
{
    public static void Attend<T>(ArrayView<float> output, ArrayView<float> query, LayerViews<T> cached, HeadLayout layout, SeenRows seen)
        where T : unmanaged, IWeightElement
    {
        var operands = new AttentionOperands<T>
        {
            Output = RowMath.Pointer(output),
            Query = RowMath.Pointer(query),
            Keys = RowMath.Pointer(cached.Keys),
            Values = RowMath.Pointer(cached.Values),
            Layout = layout,
            Seen = seen,
        };
        switch (VectorWidth.Bits)
        {
            case 512: Attend<T, Vector512<float>, Body512>(operands); break;
            case 256: Attend<T, Vector256<float>, Body256>(operands); break;
            case 128: Attend<T, Vector128<float>, Body128>(operands); break;
            default: Attend<T, float, BodyScalar>(operands); break;
        }
    }

    private static void Attend<T, TVector, TBody>(in AttentionOperands<T> operands)
        where T : unmanaged, IWeightElement
        where TVector : struct
        where TBody : struct, IVectorBody<TVector>
    {
        HeadLayout layout = operands.Layout;
        if (layout.Tokens >= AttentionTileCpu.FewestTokensToBlock)
        {
            AttentionTileCpu.Blocks<T, TVector, TBody>(operands);
            return;
        }

        SeenRows seen = operands.Seen;
        int d = layout.HeadDim;
        float scale = 1 / MathF.Sqrt(d);
        // Neighbouring queries go to different groups, since later ones see more rows.
        for (int item = Grid.IdxX; item < layout.Tokens * layout.Heads; item += Grid.DimX)
        {
            int token = item / layout.Heads, head = item % layout.Heads, count = seen.Count(token);
            long row = layout.Row(token, layout.Heads, head), first = layout.CacheRow(layout.KvHeadOf(head), seen.First(token));
            float* scores = ThreadScratch.Take(count);
            AttentionRow.Scores<T, TVector, TBody>(operands.Query + row, operands.Keys + first, scores, count, d, scale);
            if (seen.SoftCap != 0)
                BoundedScores.Apply<TVector, TBody>(scores, count, 1, seen.SoftCap);
            float sum = AttentionRow.Exponentials<TVector, TBody>(scores, count);
            AttentionRow.WeightedSum<T, TVector, TBody>(scores, operands.Values + first, operands.Output + row, count, d, 1 / sum);
        }
    }
}
