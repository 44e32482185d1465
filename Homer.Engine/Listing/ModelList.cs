using Homer.Engine.Files;
using Homer.Engine.Locations;

namespace Homer.Engine.Listing;

/// <summary>The models in several places.</summary>
internal static class ModelList
{
    /// <summary>
    /// Finds the models in the places that programs use, and in further folders. One that lies in two of them is found once.
    /// </summary>
    /// <param name="folders">Further folders, with those below them.</param>
    /// <param name="user">Whose places; null for those of the environment.</param>
    /// <param name="cancellation">Stops between models.</param>
    /// <returns>The places, each with its models, in the order in which they are found.</returns>
    /// <exception cref="HomerException">One of the folders is not there.</exception>
    public static IReadOnlyList<(ModelPlace Place, FoundModel[] Models)> Find(
        IReadOnlyList<string> folders, UserEnvironment? user = null, CancellationToken cancellation = default)
    {
        user ??= UserEnvironment.Current;
        ModelPlace[] given = [.. folders.Select(folder => ModelPlace.Given(folder, user))];
        HashSet<string> seen = [];
        (ModelPlace Place, ModelCandidate[] Candidates)[] places =
            [.. ModelPlace.Known(user).Concat(given).Select(place => (place, CandidatesIn(place).Where(IsNew).ToArray()))];
        return
        [
            .. places.Select(found => (found.Place, found.Candidates
                .AsParallel().AsOrdered().WithCancellation(cancellation).Select(FoundModel.Of).ToArray())),
        ];

        // Another refusal of the same folder is news.
        bool IsNew(ModelCandidate candidate)
        {
            cancellation.ThrowIfCancellationRequested();
            return seen.Add(candidate.Refusal + RealPathOf(candidate.Path));
        }
    }

    // A place that cannot be read is a line, too.
    private static List<ModelCandidate> CandidatesIn(ModelPlace place)
    {
        var found = new List<ModelCandidate>();
        try
        {
            found.AddRange(place.Candidates);
        }
        catch (HomerException e)
        {
            found.Add(new(place.Path, place.Path) { Refusal = e.Message });
        }

        return found;
    }

    private static string RealPathOf(string path)
    {
        try
        {
            return RealPath.Of(FileTrouble.FullPath(path));
        }
        catch (HomerException)
        {
            // Links that lead round in a circle.
            return path;
        }
    }
}
