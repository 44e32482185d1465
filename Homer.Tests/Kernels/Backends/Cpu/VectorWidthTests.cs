using System.Runtime.Intrinsics;
using Homer.Kernels.Attention.Cpu;
using Homer.Kernels.Backends.Cpu;
using Homer.Kernels.Elements;
using Homer.Kernels.MatMul;
using Homer.Kernels.MatMul.Cpu;
using Homer.Tests.Support;

namespace Homer.Tests.Kernels.Backends.Cpu;

/// <summary>A machine uses one vector width; here the bodies run with all of them, shared out over different numbers of groups.</summary>
public sealed unsafe class VectorWidthTests
{
    [Fact]
    public void A_setting_that_is_no_width_is_refused()
    {
        foreach (string? width in new[] { null, "", "32", "128", "256", "512" })
            VectorWidth.RequireKnown(width);
        foreach (string wrong in new[] { "64", "1024", "abc", "-1", "256 " })
            Refused.With("HOMER_VECTOR_BITS", () => VectorWidth.RequireKnown(wrong));
    }

    [Theory, InlineData(32), InlineData(128), InlineData(256), InlineData(512)]
    public void Tile_products_agree(int bits)
    {
        var random = new Random(2);
        foreach ((int m, int n, int k) in new[] { (1, 33, 172), (3, 7, 7), (4, 33, 300), (6, 64, 512), (7, 100, 33), (33, 172, 257),
            (391, 33, 300) })
        {
            float[] x = random.Normal(m * k), w = random.Normal(n * k), y = random.Normal(m * n);
            var shape = new ProductShape { Rows = m, Columns = n, Depth = k, Accumulate = 1 };
            Expected[] expected = Reference.MatMul(x, [.. w], y, m, n, k);
            foreach (int groups in new[] { 1, 2, 5 })
            {
                float[] actual = [.. y];
                fixed (float* px = x, pw = w, py = actual)
                {
                    for (int group = 0; group < groups; group++)
                    {
                        switch (bits)
                        {
                            case 512:
                                TileProductCpu.Run<Float32, Vector512<float>,
                                Body512>(px, (Float32*)pw, py, shape, group, groups); break;
                            case 256:
                                TileProductCpu.Run<Float32, Vector256<float>,
                                Body256>(px, (Float32*)pw, py, shape, group, groups); break;
                            case 128:
                                TileProductCpu.Run<Float32, Vector128<float>,
                                Body128>(px, (Float32*)pw, py, shape, group, groups); break;
                            default: TileProductCpu.Run<Float32, float, BodyScalar>(px, (Float32*)pw, py, shape, group, groups); break;
                        }
                    }
                }

                Expected.AssertAll(expected, actual, $"[{m}, {k}] · [{n}, {k}] over {groups} groups");
            }
        }
    }

    [Theory, InlineData(32), InlineData(128), InlineData(256), InlineData(512)]
    public void Attention_rows_agree(int bits)
    {
        var random = new Random(3);
        foreach ((int count, int d) in new[] { (1, 8), (2, 24), (3, 32), (7, 64), (33, 40), (172, 128), (5, 256) })
        {
            float[] query = random.Normal(d), keys = random.Normal(count * d), values = random.Normal(count * d), output = new float[d];
            fixed (float* q = query, k = keys, v = values, o = output)
            {
                float scale = 1 / MathF.Sqrt(d);
                switch (bits)
                {
                    case 512:
                        AttentionRow.Attend<Float32, Vector512<float>,
                        Body512>(o, q, (Float32*)k, (Float32*)v, count, d, scale); break;
                    case 256:
                        AttentionRow.Attend<Float32, Vector256<float>,
                        Body256>(o, q, (Float32*)k, (Float32*)v, count, d, scale); break;
                    case 128:
                        AttentionRow.Attend<Float32, Vector128<float>,
                        Body128>(o, q, (Float32*)k, (Float32*)v, count, d, scale); break;
                    default: AttentionRow.Attend<Float32, float, BodyScalar>(o, q, (Float32*)k, (Float32*)v, count, d, scale); break;
                }
            }

            Expected.AssertAll(Reference.Attention(query, keys, values), output, $"{count} keys of {d}");
        }
    }
}
