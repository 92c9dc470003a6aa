/** One column of the table: its name there, what it is, and its levels if it has some, separated by bars. */
export type AmesColumn = readonly [name: string, description: string, levels?: string];

/** The columns of the table, in its order. */
export const AMES_COLUMNS: readonly AmesColumn[] = [
  [
    "MS_SubClass",
    "kind of dwelling",
    "One_Story_1946_and_Newer_All_Styles|One_Story_1945_and_Older|" +
    "One_Story_with_Finished_Attic_All_Ages|One_and_Half_Story_Unfinished_All_Ages|" +
    "One_and_Half_Story_Finished_All_Ages|Two_Story_1946_and_Newer|Two_Story_1945_and_Older|" +
    "Two_and_Half_Story_All_Ages|Split_or_Multilevel|Split_Foyer|Duplex_All_Styles_and_Ages|" +
    "One_Story_PUD_1946_and_Newer|One_and_Half_Story_PUD_All_Ages|Two_Story_PUD_1946_and_Newer|" +
    "PUD_Multilevel_Split_Level_Foyer|Two_Family_conversion_All_Styles_and_Ages",
  ],
  [
    "MS_Zoning",
    "zoning of the sale",
    "Floating_Village_Residential|Residential_High_Density|Residential_Low_Density|" +
    "Residential_Medium_Density|A_agr|C_all|I_all",
  ],
  ["Lot_Frontage", "feet of street along the lot; 0 where missing"],
  ["Lot_Area", "lot, square feet"],
  ["Street", "road to the property", "Grvl|Pave"],
  ["Alley", "alley to the property", "Gravel|No_Alley_Access|Paved"],
  ["Lot_Shape", "shape of the lot", "Regular|Slightly_Irregular|Moderately_Irregular|Irregular"],
  ["Land_Contour", "flatness", "Bnk|HLS|Low|Lvl"],
  ["Utilities", "utilities at hand", "AllPub|NoSeWa|NoSewr"],
  ["Lot_Config", "place of the lot in its block", "Corner|CulDSac|FR2|FR3|Inside"],
  ["Land_Slope", "slope", "Gtl|Mod|Sev"],
  [
    "Neighborhood",
    "place within Ames",
    "North_Ames|College_Creek|Old_Town|Edwards|Somerset|Northridge_Heights|Gilbert|Sawyer|" +
    "Northwest_Ames|Sawyer_West|Mitchell|Brookside|Crawford|Iowa_DOT_and_Rail_Road|Timberland|" +
    "Northridge|Stone_Brook|South_and_West_of_Iowa_State_University|Clear_Creek|Meadow_Village|" +
    "Briardale|Bloomington_Heights|Veenker|Northpark_Villa|Blueste|Greens|Green_Hills|Landmark|" +
    "Hayden_Lake",
  ],
  ["Condition_1", "nearness to a road or railway", "Artery|Feedr|Norm|PosA|PosN|RRAe|RRAn|RRNe|RRNn"],
  ["Condition_2", "nearness to another road or railway", "Artery|Feedr|Norm|PosA|PosN|RRAe|RRAn|RRNn"],
  ["Bldg_Type", "type of dwelling", "OneFam|TwoFmCon|Duplex|Twnhs|TwnhsE"],
  [
    "House_Style",
    "style of dwelling",
    "One_and_Half_Fin|One_and_Half_Unf|One_Story|SFoyer|SLvl|Two_and_Half_Fin|Two_and_Half_Unf|" +
    "Two_Story",
  ],
  [
    "Overall_Cond",
    "condition of the house",
    "Very_Poor|Poor|Fair|Below_Average|Average|Above_Average|Good|Very_Good|Excellent|" + "Very_Excellent",
  ],
  ["Year_Built", "year"],
  ["Year_Remod_Add", "year of remodelling; of building if there was none"],
  ["Roof_Style", "type of roof", "Flat|Gable|Gambrel|Hip|Mansard|Shed"],
  ["Roof_Matl", "material of the roof", "ClyTile|CompShg|Membran|Metal|Roll|Tar&Grv|WdShake|WdShngl"],
  [
    "Exterior_1st",
    "covering of the outside",
    "AsbShng|AsphShn|BrkComm|BrkFace|CBlock|CemntBd|HdBoard|ImStucc|MetalSd|Plywood|PreCast|" +
    "Stone|Stucco|VinylSd|Wd Sdng|WdShing",
  ],
  [
    "Exterior_2nd",
    "second covering of the outside",
    "AsbShng|AsphShn|Brk Cmn|BrkFace|CBlock|CmentBd|HdBoard|ImStucc|MetalSd|Other|Plywood|" +
    "PreCast|Stone|Stucco|VinylSd|Wd Sdng|Wd Shng",
  ],
  ["Mas_Vnr_Type", "masonry veneer", "BrkCmn|BrkFace|CBlock|None|Stone"],
  ["Mas_Vnr_Area", "masonry veneer, square feet"],
  ["Exter_Cond", "condition of the outside", "Excellent|Fair|Good|Poor|Typical"],
  ["Foundation", "foundation", "BrkTil|CBlock|PConc|Slab|Stone|Wood"],
  ["Bsmt_Cond", "condition of the basement", "Excellent|Fair|Good|No_Basement|Poor|Typical"],
  ["Bsmt_Exposure", "walkout or garden walls of the basement", "Av|Gd|Mn|No|No_Basement"],
  ["BsmtFin_Type_1", "finish of the basement", "ALQ|BLQ|GLQ|LwQ|No_Basement|Rec|Unf"],
  ["BsmtFin_SF_1", "1 to 7, the code of BsmtFin_Type_1: see the notes"],
  ["BsmtFin_Type_2", "second finish of the basement", "ALQ|BLQ|GLQ|LwQ|No_Basement|Rec|Unf"],
  ["BsmtFin_SF_2", "second finish of the basement, square feet"],
  ["Bsmt_Unf_SF", "unfinished basement, square feet"],
  ["Total_Bsmt_SF", "basement, square feet"],
  ["Heating", "heating", "Floor|GasA|GasW|Grav|OthW|Wall"],
  ["Heating_QC", "quality of the heating", "Excellent|Fair|Good|Poor|Typical"],
  ["Central_Air", "central air conditioning", "N|Y"],
  ["Electrical", "electrical system", "FuseA|FuseF|FuseP|Mix|SBrkr|Unknown"],
  ["First_Flr_SF", "first floor, square feet"],
  ["Second_Flr_SF", "second floor, square feet"],
  ["Gr_Liv_Area", "living area above ground, square feet"],
  ["Bsmt_Full_Bath", "full bathrooms of the basement"],
  ["Bsmt_Half_Bath", "half bathrooms of the basement"],
  ["Full_Bath", "full bathrooms above ground"],
  ["Half_Bath", "half bathrooms above ground"],
  ["Bedroom_AbvGr", "bedrooms above ground"],
  ["Kitchen_AbvGr", "kitchens above ground"],
  ["TotRms_AbvGrd", "rooms above ground, without bathrooms"],
  ["Functional", "functionality, typical unless there are deductions", "Maj1|Maj2|Min1|Min2|Mod|Sal|Sev|Typ"],
  ["Fireplaces", "fireplaces"],
  [
    "Garage_Type",
    "place of the garage",
    "Attchd|Basment|BuiltIn|CarPort|Detchd|More_Than_Two_Types|No_Garage",
  ],
  ["Garage_Finish", "inside of the garage", "Fin|No_Garage|RFn|Unf"],
  ["Garage_Cars", "cars that the garage holds"],
  ["Garage_Area", "garage, square feet"],
  ["Garage_Cond", "condition of the garage", "Excellent|Fair|Good|No_Garage|Poor|Typical"],
  ["Paved_Drive", "driveway", "Dirt_Gravel|Partial_Pavement|Paved"],
  ["Wood_Deck_SF", "wooden deck, square feet"],
  ["Open_Porch_SF", "open porch, square feet"],
  ["Enclosed_Porch", "enclosed porch, square feet"],
  ["Three_season_porch", "porch for three seasons, square feet"],
  ["Screen_Porch", "screened porch, square feet"],
  ["Pool_Area", "pool, square feet"],
  ["Pool_QC", "quality of the pool", "Excellent|Fair|Good|No_Pool|Typical"],
  ["Fence", "quality of the fence", "Good_Privacy|Good_Wood|Minimum_Privacy|Minimum_Wood_Wire|No_Fence"],
  ["Misc_Feature", "what no other column covers", "Elev|Gar2|None|Othr|Shed|TenC"],
  ["Misc_Val", "value of that, US dollars"],
  ["Mo_Sold", "month of the sale, 1 to 12"],
  ["Year_Sold", "year of the sale"],
  ["Sale_Type", "type of sale", "COD|Con|ConLD|ConLI|ConLw|CWD|New|Oth|VWD|WD "],
  ["Sale_Condition", "condition of the sale", "Abnorml|AdjLand|Alloca|Family|Normal|Partial"],
  ["Sale_Price", "US dollars, to be predicted"],
  ["Longitude", "degrees east"],
  ["Latitude", "degrees north"],
];
