using Homer.Engine.Files;
using Homer.Engine.Weights;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Engine.Models;

/// <summary>
/// A matrix of 8-bit floats (F8_E4M3) with its scales, as FP8 checkpoints hold it: each weight is its float times the scale of its block.
/// A tensor beside it holds the scales: one, one a row, or a grid of blocks; some programs call it the inverse of what they divided by.
/// </summary>
internal sealed unsafe class Fp8Matrix
{
    // DeepSeek's blocks, which other programs took over.
    private const int UsualBlock = 128;
    private const long MostAtOnce = 1 << 24;

    private static readonly string[] ScaleEndings = ["_scale_inv", "_scale"];

    // Scales of activations and of cached keys and values, which Homer does not round to eight bits.
    private static readonly string[] OtherScales = [".activation_scale", ".input_scale", ".output_scale", ".k_scale", ".v_scale"];

    private readonly WeightTensor weight;
    private readonly float[] scales;
    private readonly long columns;
    private readonly long blockRows;
    private readonly long blockColumns;
    private readonly long gridColumns;

    /// <summary>Finds the scales of a matrix.</summary>
    /// <param name="files">The files.</param>
    /// <param name="weight">The matrix.</param>
    /// <param name="block">The rows and columns of a block that the configuration states; null where it does not.</param>
    /// <exception cref="HomerException">The scales are missing, or do not fit the matrix.</exception>
    public Fp8Matrix(WeightFiles files, WeightTensor weight, ScaleBlock? block)
    {
        this.weight = weight;
        string name = weight.Tensor.Name;
        string[] found = [.. ScaleEndings.Select(ending => name + ending).Where(scale => files.TryGet(scale, out _))];
        if (weight.Tensor.Shape is not [var rows, var width] || found is not [var scaleName])
        {
            throw Refused(
                $"{Quoted.Text(name)} is of type {weight.Tensor.TypeName}, which needs two dimensions and one tensor of scales, "
                + $"{Quoted.Text(name + ScaleEndings[0])} or {Quoted.Text(name + ScaleEndings[1])}");
        }

        WeightTensor stored = files[scaleName];
        columns = width;
        IReadOnlyList<long> grid = stored.Tensor.Shape;
        (blockRows, blockColumns) = grid switch
        {
            _ when stored.Tensor.ElementCount == 1 => (rows, width),
            [var each] when each == rows => (1, width),
            [var each, 1] when each == rows => (1, width),
            [var down, var across] => (Block(rows, down, block?.Rows), Block(width, across, block?.Columns)),
            _ => (0, 0),
        };
        if (blockRows == 0 || blockColumns == 0)
        {
            throw Refused(
                $"the scales {Quoted.Text(stored.Tensor.Name)} have shape [{string.Join(", ", grid)}], which does not divide "
                + $"{Quoted.Text(name)} of shape [{rows}, {width}] into blocks");
        }

        gridColumns = (width + blockColumns - 1) / blockColumns;
        scales = new float[stored.Tensor.ElementCount];
        WeightReader.Widen(stored, 0, scales);
        if (Array.FindIndex(scales, scale => !(scale > 0) || !float.IsFinite(scale)) is >= 0 and int broken)
            throw Refused($"scale {broken} of {Quoted.Text(scaleName)} is not a positive number");
    }

    /// <summary>The form in which the matrix is held: blocks of 32 columns, or widened where rows or scales do not come in such.</summary>
    public WeightType Type => columns % GgmlFormats.E4M3Length == 0 && blockColumns % GgmlFormats.E4M3Length == 0
        ? WeightType.E4M3
        : WeightType.Float32;

    /// <summary>Returns whether a tensor is of 8-bit floats that are held with scales.</summary>
    public static bool Is(WeightTensor weight) => weight.Tensor is SafetensorsTensor { Type: SafetensorsType.F8E4M3 };

    /// <summary>Returns whether a tensor holds the scales of a matrix of 8-bit floats.</summary>
    public static bool IsScale(WeightFiles files, string name) => ScaleEndings.Any(ending =>
        name.EndsWith(ending, StringComparison.Ordinal) && files.TryGet(name[..^ending.Length], out WeightTensor weight) && Is(weight));

    /// <summary>Returns whether a tensor holds scales of what programs round to eight bits while they multiply.</summary>
    public static bool IsScaleOfActivations(string name) => OtherScales.Any(ending => name.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>Writes a row in the form of <see cref="Type"/>.</summary>
    /// <param name="row">The row.</param>
    /// <param name="target">The address of the result.</param>
    /// <exception cref="HomerException">An element is NaN.</exception>
    public void Write(long row, byte* target)
    {
        byte* floats = weight.Pointer + (row * columns);
        if (FindNaN(floats, columns) is { } broken)
            throw Refused($"element {(row * columns) + broken} of {Quoted.Text(weight.Tensor.Name)} is not a number");
        ReadOnlySpan<float> rowScales = scales.AsSpan((int)(row / blockRows * gridColumns), (int)gridColumns);
        if (Type == WeightType.E4M3)
        {
            int blockBytes = (int)WeightType.E4M3.RowBytes(GgmlFormats.E4M3Length);
            for (long first = 0; first < columns; first += GgmlFormats.E4M3Length, target += blockBytes)
                GgmlFormats.WriteE4M3(target, rowScales[(int)(first / blockColumns)], floats + first);
            return;
        }

        for (long column = 0; column < columns; column++)
            ((float*)target)[column] = rowScales[(int)(column / blockColumns)] * GgmlFormats.WidenE4M3(floats[column]);
    }

    /// <summary>Returns the index of the first 8-bit float that is NaN; null where none is.</summary>
    public static long? FindNaN(byte* floats, long count)
    {
        for (long first = 0; first < count; first += MostAtOnce)
        {
            var piece = new ReadOnlySpan<byte>(floats + first, (int)Math.Min(MostAtOnce, count - first));
            if (piece.IndexOfAny((byte)0x7f, (byte)0xff) is >= 0 and int at)
                return first + at;
        }

        return null;
    }

    /// <summary>Returns the length of a block of which a dimension has a number; 0 where none fits.</summary>
    private static long Block(long size, long count, int? stated)
    {
        long[] candidates = stated is { } length ? [length] : [UsualBlock, size / Math.Max(count, 1)];
        return candidates.FirstOrDefault(candidate => candidate > 0 && (size + candidate - 1) / candidate == count);
    }

    private HomerException Refused(string what) => new($"{Quoted.Path(weight.File.Path)}: {what}; download or export the model again.");
}
