namespace NGpt.Measurements;

/// <summary>Whether a figure that is measured over and over stays where it is.</summary>
internal static class Trend
{
    /// <summary>
    /// The slope of the line through the points, as the median of the slopes between all pairs of them (Theil and Sen): single
    /// measurements that lie far off do not move it.
    /// </summary>
    /// <param name="places">Where on the horizontal axis each measurement was taken, such as seconds, rising.</param>
    /// <param name="values">The measurements.</param>
    /// <returns>Change for each unit of the horizontal axis; 0 for fewer than two points.</returns>
    public static double Slope(IReadOnlyList<double> places, IReadOnlyList<double> values)
    {
        List<double> slopes = new(places.Count * (places.Count - 1) / 2);
        for (int later = 1; later < places.Count; later++)
        {
            for (int earlier = 0; earlier < later; earlier++)
            {
                slopes.Add((values[later] - values[earlier]) / (places[later] - places[earlier]));
            }
        }

        slopes.Sort();
        return slopes.Count == 0 ? 0 : (slopes[slopes.Count / 2] + slopes[(slopes.Count - 1) / 2]) / 2;
    }

    /// <summary>What the slope makes of a figure between its first and its last measurement.</summary>
    public static double Growth(IReadOnlyList<double> places, IReadOnlyList<double> values) =>
        places.Count == 0 ? 0 : Slope(places, values) * (places[^1] - places[0]);
}
