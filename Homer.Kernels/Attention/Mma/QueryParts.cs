using Homer.Kernels.TensorCores;

namespace Homer.Kernels.Attention.Mma;

// Tour: docs/kernels.md#attention-on-tensor-cores
/// <summary>A thread's share of its warp's 16 queries, split: query = Large + Small, with an error of 2⁻²⁴ of it.</summary>
internal struct QueryParts
{
    public QueryRegisters Large;

    /// <summary>The remainders; zeros where queries are only rounded.</summary>
    public QueryRegisters Small;

    /// <summary>Splits queries into one or two parts.</summary>
    public static QueryParts Of<TParts>(QueryFragments query, TParts parts)
        where TParts : unmanaged, IParts
    {
        Float16Mma element = default;
        QueryParts result = default;
        result.Large = new()
        {
            K0 = FragmentMath.Round(element, query.K0),
            K1 = FragmentMath.Round(element, query.K1),
            K2 = FragmentMath.Round(element, query.K2),
            K3 = FragmentMath.Round(element, query.K3),
            K4 = FragmentMath.Round(element, query.K4),
            K5 = FragmentMath.Round(element, query.K5),
            K6 = FragmentMath.Round(element, query.K6),
            K7 = FragmentMath.Round(element, query.K7),
        };
        if (parts.Count > 1)
        {
            result.Small = new()
            {
                K0 = Remainder(query.K0, result.Large.K0),
                K1 = Remainder(query.K1, result.Large.K1),
                K2 = Remainder(query.K2, result.Large.K2),
                K3 = Remainder(query.K3, result.Large.K3),
                K4 = Remainder(query.K4, result.Large.K4),
                K5 = Remainder(query.K5, result.Large.K5),
                K6 = Remainder(query.K6, result.Large.K6),
                K7 = Remainder(query.K7, result.Large.K7),
            };
        }

        return result;
    }

    private static Registers Remainder(Pairs query, Registers rounded)
    {
        Float16Mma element = default;
        return FragmentMath.Round(element, FragmentMath.Remainder(element, query, rounded));
    }
}

/// <summary>16 queries of 128 elements as 32-bit numbers, 16 elements per fragment.</summary>
internal struct QueryFragments
{
    public Pairs K0, K1, K2, K3, K4, K5, K6, K7;
}

/// <summary>16 queries of 128 elements as factors of a product, 16 elements per fragment.</summary>
internal struct QueryRegisters
{
    public Registers K0, K1, K2, K3, K4, K5, K6, K7;
}
