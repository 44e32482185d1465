using Homer.Engine.Files;
using Homer.Engine.Weights;
using Homer.Engine.Weights.Gguf;
using Homer.Kernels.Devices;
using Homer.Kernels.Elements;
using Homer.Kernels.Weights;
using Homer.Kernels.Weights.Ggml;

namespace Homer.Engine.Models;

/// <summary>Reads the tensors that a model needs from its files, and checks their shapes and types.</summary>
/// <param name="files">The files.</param>
/// <param name="scaleBlock">The rows and columns of 8-bit floats that share a scale; null where the configuration does not say.</param>
internal sealed class WeightReader(WeightFiles files, ScaleBlock? scaleBlock = null)
{
    /// <summary>Returns the element type of a tensor, after a check of its shape.</summary>
    /// <exception cref="HomerException">The tensor is missing, of another shape, or of a type that Homer does not read.</exception>
    public WeightType TypeOf(TensorSpec spec)
    {
        WeightTensor weight = Find(spec);
        return Fp8(spec, weight)?.Type ?? TypeOf(weight);
    }

    /// <summary>Returns the name of the type in which a tensor is stored.</summary>
    public string TypeNameOf(TensorSpec spec) => Find(spec).Tensor.TypeName;

    /// <summary>Returns the bytes that a tensor, or the part of it that is needed, takes as it is stored.</summary>
    public long StoredBytes(TensorSpec spec) => TypeOf(spec).RowBytes(spec.ElementCount);

    /// <summary>Makes a matrix visible to kernels as it is stored: in place on the CPU, copied elsewhere.</summary>
    /// <param name="device">The device.</param>
    /// <param name="spec">The matrix.</param>
    /// <param name="owned">Keeps memory alive on which the matrix lies, where that is not the file's.</param>
    public unsafe WeightMatrix Map(ComputeDevice device, TensorSpec spec, Lifetime owned)
    {
        WeightTensor weight = Find(spec);
        int rows = checked((int)spec.Rows), columns = checked((int)spec.Columns!.Value);
        Fp8Matrix? fp8 = Fp8(spec, weight);
        WeightType type = fp8?.Type ?? TypeOf(weight);
        long rowBytes = type.RowBytes(columns);
        int[]? order = Order(spec, weight);
        if (order is null && fp8 is null)
            return WeightMatrix.Map(device, type, weight.Pointer + (spec.FirstRow * rowBytes), rows, columns);

        FileMapping copy = FileMapping.InMemory(rows * rowBytes);
        // Where the device copies, the copy here is needed no longer than that.
        using Lifetime? brief = device.SharesHostMemory ? null : new();
        (brief ?? owned).Own(copy);
        for (int row = 0; row < rows; row++)
        {
            long source = spec.FirstRow + (order is null ? row : Source(order, row));
            byte* target = copy.Start + (row * rowBytes);
            if (fp8 is not null)
                fp8.Write(source, target);
            else
                new ReadOnlySpan<byte>(weight.Pointer + (source * rowBytes), (int)rowBytes).CopyTo(new(target, (int)rowBytes));
        }

        return WeightMatrix.Map(device, type, copy.Start, rows, columns);
    }

    /// <summary>Returns a norm or bias, widened to 32 bits.</summary>
    public float[] Widen(TensorSpec spec)
    {
        WeightTensor weight = Find(spec);
        var values = new float[checked((int)weight.Tensor.ElementCount)];
        Widen(weight, 0, values);
        float offset = spec.Offset - weight.AddedOffset;
        if (offset != 0)
            values = Array.ConvertAll(values, value => value + offset);
        return Order(spec, weight) is { } order ? [.. Enumerable.Range(0, values.Length).Select(i => values[Source(order, i)])] : values;
    }

    /// <summary>
    /// Returns the index that each row of a head has in the file: the model's order of the file's order; null where both are as they are.
    /// </summary>
    internal static int[]? Order(TensorSpec spec, WeightTensor weight)
    {
        if (weight.HeadOrder is not { } stored)
            return spec.HeadOrder;
        return spec.HeadOrder is { } order ? [.. order.Select(row => stored[row])] : [.. stored];
    }

    /// <summary>Returns where a row, or an element of a vector, is in the file.</summary>
    internal static long Source(int[] order, int row) => ((long)row / order.Length * order.Length) + order[row % order.Length];

    /// <summary>Widens elements of a tensor to 32 bits.</summary>
    /// <param name="weight">The tensor.</param>
    /// <param name="first">The first element, at the beginning of a row.</param>
    /// <param name="values">Output; whole rows.</param>
    /// <exception cref="HomerException">The tensor is of a type that Homer does not read.</exception>
    internal static unsafe void Widen(WeightTensor weight, long first, Span<float> values)
    {
        WeightType type = TypeOf(weight);
        byte* source = weight.Pointer + type.RowBytes(first);
        switch (type)
        {
            case WeightType.Float32:
                new ReadOnlySpan<float>(source, values.Length).CopyTo(values);
                break;
            case WeightType.Float16:
                for (int i = 0; i < values.Length; i++)
                    values[i] = ((Float16*)source)[i].ToSingle();
                break;
            case WeightType.BFloat16:
                for (int i = 0; i < values.Length; i++)
                    values[i] = ((BFloat16*)source)[i].ToSingle();
                break;
            default:
                GgmlFormats.Decode(type, source, values);
                break;
        }
    }

    /// <summary>Returns the form in which a tensor is stored.</summary>
    /// <exception cref="HomerException">Homer does not read it.</exception>
    internal static WeightType TypeOf(WeightTensor weight) => FindType(weight) ?? throw new HomerException(
        $"{weight.File.Path}: {weight.Tensor.Name} is of type {weight.Tensor.TypeName}; Homer reads F32, F16 and BF16 weights, and "
        + "matrices of F8_E4M3.");

    /// <summary>Returns the form in which a tensor is stored; null for one that Homer does not read.</summary>
    internal static WeightType? FindType(WeightTensor weight) => weight.Tensor switch
    {
        GgufTensor tensor => tensor.Type,
        SafetensorsTensor { Type: SafetensorsType.F32 } => WeightType.Float32,
        SafetensorsTensor { Type: SafetensorsType.F16 } => WeightType.Float16,
        SafetensorsTensor { Type: SafetensorsType.BF16 } => WeightType.BFloat16,
        _ => null,
    };

    private Fp8Matrix? Fp8(TensorSpec spec, WeightTensor weight) =>
        spec.Columns is not null && Fp8Matrix.Is(weight) ? new(files, weight, scaleBlock) : null;

    private WeightTensor Find(TensorSpec spec)
    {
        WeightTensor weight = files[spec.Name];
        if (weight.Tensor.Shape.SequenceEqual(spec.FileShape))
            return weight;
        string settings = weight.Tensor is GgufTensor ? "its keys ask" : "config.json asks";
        throw new HomerException(
            $"{weight.File.Path}: {weight.Tensor.Name} has shape [{string.Join(", ", weight.Tensor.Shape)}] but {settings} for "
            + $"[{string.Join(", ", spec.FileShape)}]; the two are not of the same model.");
    }
}
